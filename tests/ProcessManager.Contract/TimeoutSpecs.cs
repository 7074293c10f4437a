using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class TimeoutSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task One_that_runs_past_its_timeout_is_ended_and_says_TimedOut()
    {
        var info = await Start(Scripts.Sleeps with { Timeout = TimeSpan.FromMilliseconds(300) });

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.TimedOut);
        down.Signal.ShouldBe(Signal.Term);
        (await EventsUntil(info.Id, EventType.Terminated)).ShouldTell(EventType.Started, EventType.TimedOut, EventType.Terminated);
    }

    [Fact]
    public async Task One_that_ignores_SIGTERM_is_killed_after_the_grace_and_still_TimedOut()
    {
        var info = await Start(Scripts.IgnoresTerm with
        {
            Timeout = TimeSpan.FromSeconds(1),
            Stop = new StopSpec { Grace = TimeSpan.FromMilliseconds(200) },
        });

        (await Ended(info.Id)).ShouldBeDown(EndReason.TimedOut);
    }

    [Fact]
    public async Task A_timeout_is_an_abnormal_end_that_a_policy_restarts()
    {
        var info = await Start(Scripts.Sleeps with
        {
            Timeout = TimeSpan.FromMilliseconds(200),
            Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Max = 2, Delay = TimeSpan.FromMilliseconds(20) },
        });

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.TimedOut).Attempt.ShouldBe(3);
    }

    [Fact]
    public async Task One_that_ends_in_time_is_not_touched()
    {
        var info = await Start(Scripts.Exits(0) with { Timeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromMinutes(1) });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
    }

    [Fact]
    public async Task One_that_writes_nothing_for_too_long_is_IdleTimedOut()
    {
        var info = await Start(Scripts.Shell("echo one; exec sleep 1000") with { IdleTimeout = TimeSpan.FromMilliseconds(400) });

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.IdleTimedOut);
        (await Output(info.Id)).ShouldBe("one\n");
    }

    [Fact]
    public async Task One_that_goes_on_writing_is_not_idle()
    {
        // On either stream: it writes for longer than the idle timeout, on stderr alone, and then ends by itself.
        var info = await Start(Scripts.Shell("for i in $(seq 1 30); do echo $i >&2; sleep 0.1; done") with { IdleTimeout = TimeSpan.FromSeconds(2) });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
    }
}
