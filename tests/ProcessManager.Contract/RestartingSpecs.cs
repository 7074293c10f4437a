using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class RestartingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly RestartPolicy Quick = new() { Delay = TimeSpan.FromMilliseconds(20), Factor = 1, Jitter = 0, Max = 1 };

    public static TheoryData<RestartWhen, int, bool> Policies => new()
    {
        { RestartWhen.Never, 0, false },
        { RestartWhen.Never, 1, false },
        { RestartWhen.OnAbnormal, 0, false },
        { RestartWhen.OnAbnormal, 1, false },
        { RestartWhen.OnFailure, 0, false },
        { RestartWhen.OnFailure, 1, true },
        { RestartWhen.Always, 0, true },
        { RestartWhen.Always, 1, true },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task The_policy_decides_by_the_exit_code(RestartWhen when, int code, bool restarts)
    {
        var info = await Start(Scripts.Exits(code) with { Restart = Quick with { When = when } });

        var down = await Ended(info.Id);

        down.ShouldBeDown(code == 0 ? EndReason.Completed : EndReason.Failed);
        (down.Run, down.Attempt, down.RestartCount).ShouldBe(restarts ? (1, 2, 1) : (1, 1, 0));
    }

    [Theory]
    [InlineData(RestartWhen.Never, false)]
    [InlineData(RestartWhen.OnAbnormal, true)]
    [InlineData(RestartWhen.OnFailure, true)]
    [InlineData(RestartWhen.Always, true)]
    public async Task After_a_foreign_kill_the_policy_decides(RestartWhen when, bool restarts)
    {
        var info = await Start(Scripts.Sleeps with { Restart = Quick with { When = when } });

        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Kill);

        if (restarts)
        {
            var next = await Until(info.Id, "running again", now => now is { Phase: Phase.Running, Attempt: 2 });
            (next.Run, next.Goal, next.RestartCount).ShouldBe((1, Goal.Up, 1));
            next.OsPid.ShouldNotBe(info.OsPid);
        }
        else
        {
            (await Ended(info.Id)).ShouldBeDown(EndReason.Signaled).Attempt.ShouldBe(1);
        }

        var end = (await Manager.GetRunsAsync(info.Id, Cancel)).Single(run => run.Attempt == 1);
        (end.Reason, end.Signal, end.ExitCode, end.OsPid).ShouldBe((EndReason.Signaled, Signal.Kill, 137, info.OsPid));
    }

    [Fact]
    public async Task It_gives_up_after_max_restarts_and_says_so()
    {
        var info = await Start(Scripts.Exits(9) with { Restart = Quick with { When = RestartWhen.OnFailure, Max = 3 } });

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.Failed);
        (down.Attempt, down.RestartCount).ShouldBe((4, 3));
        down.ConsecutiveFailures.ShouldBeGreaterThanOrEqualTo(3);
        var events = await EventsUntil(info.Id, EventType.Terminated);
        events.ShouldTell(EventType.Crashed, EventType.BackingOff, EventType.Crashed, EventType.Crashed, EventType.Crashed, EventType.GaveUp);
        var ends = events.Where(one => Expectations.Ends.Contains(one.Type)).ToList();
        ends.Select(one => (one.Attempt, one.Data.WillRestart)).ShouldBe([(1, true), (2, true), (3, true), (4, false)]);
        ends.ShouldAllBe(one => one.Data.Result != null && one.Data.Result.ExitCode == 9 && one.Data.Result.Attempt == one.Attempt);
        (await Manager.GetRunsAsync(info.Id, Cancel)).Select(run => run.Attempt).ShouldBe([4, 3, 2, 1]);
    }

    [Fact]
    public async Task A_start_after_it_gave_up_has_all_its_restarts_again()
    {
        var info = await Start(Scripts.Exits(9) with { Restart = Quick with { When = RestartWhen.OnFailure } });
        (await Ended(info.Id)).Attempt.ShouldBe(2);

        await Manager.StartAsync(info.Id, Cancel);
        var down = await Ended(info.Id);

        (down.Run, down.Attempt).ShouldBe((2, 2));
    }

    [Fact]
    public async Task Unlimited_means_it()
    {
        var info = await Start(Scripts.Exits(1) with { Restart = Quick with { When = RestartWhen.Always, Max = null, Delay = TimeSpan.FromMilliseconds(5) } });

        var now = await Until(info.Id, "its 20th attempt", now => now.Attempt >= 20);

        now.Goal.ShouldBe(Goal.Up);
    }

    [Fact]
    public async Task Each_crash_waits_longer_up_to_the_maximum()
    {
        var delay = TimeSpan.FromMilliseconds(50);
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy
            {
                When = RestartWhen.OnFailure,
                Max = 5,
                Delay = delay,
                Factor = 2,
                Jitter = 0,
                MaxDelay = delay * 5,
            },
        });
        await Ended(info.Id);

        var waits = (await EventsUntil(info.Id, EventType.GaveUp)).Where(one => one.Type == EventType.BackingOff).ToList();

        waits.Count.ShouldBe(5);
        foreach (var (wait, times) in waits.Zip([1, 2, 4, 5, 5]))
        {
            var until = wait.Data.NextStartAt.ShouldNotBeNull() - wait.Time;
            until.ShouldBe(delay * times, TimeSpan.FromMilliseconds(2), $"attempt {wait.Attempt}");
        }
    }

    [Fact]
    public async Task One_that_ran_long_enough_begins_with_the_first_delay_again()
    {
        var info = await Start(Scripts.Shell("sleep 0.4; exit 1") with
        {
            Restart = Quick with { When = RestartWhen.OnFailure, Factor = 100, Max = 3, ResetAfter = TimeSpan.FromMilliseconds(200) },
        });

        var down = await Ended(info.Id);

        (down.Attempt, down.ConsecutiveFailures).ShouldBe((4, 1));
        var waits = (await EventsUntil(info.Id, EventType.GaveUp)).Where(one => one.Type == EventType.BackingOff);
        waits.ShouldAllBe(one => one.Data.NextStartAt - one.Time < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Other_exit_codes_can_mean_success()
    {
        var info = await Start(Scripts.Exits(3) with { Restart = Quick with { When = RestartWhen.OnFailure, SuccessExitCodes = [0, 3] } });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Some_exit_codes_prevent_a_restart_whatever_the_policy()
    {
        var info = await Start(Scripts.Exits(42) with { Restart = Quick with { When = RestartWhen.Always, PreventExitCodes = [42] } });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Failed).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_restart_that_was_asked_for_is_not_counted()
    {
        var info = await Start(Scripts.Sleeps with { Restart = Quick with { When = RestartWhen.Always } });

        await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);
        var again = await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);

        (again.Run, again.Attempt, again.RestartCount).ShouldBe((3, 1, 0));
    }
}
