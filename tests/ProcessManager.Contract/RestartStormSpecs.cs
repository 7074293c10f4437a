using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What always fails, on real processes; the rules by themselves are proved in Core's tests.</summary>
public abstract class RestartStormSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly RestartPolicy Without = new() { When = RestartWhen.Always, Delay = TimeSpan.Zero, Max = null };

    [Fact]
    public async Task Unlimited_goes_on_for_as_long_as_nobody_says_otherwise_and_a_stop_ends_it_for_good()
    {
        var info = await Start(Scripts.Exits(3) with { Restart = Without });
        var storming = await Until(info.Id, "restarted 40 times", seen => seen.RestartCount >= 40);
        storming.Goal.ShouldBe(Goal.Up);
        storming.ConsecutiveFailures.ShouldBeGreaterThanOrEqualTo(40);
        storming.Healthy.ShouldBeFalse();

        var down = await Stopped(info.Id);

        down.Phase.ShouldBeOneOf(Phase.Terminated, Phase.Finished);
        down.Goal.ShouldBe(Goal.Down);
        var events = await EventsUntil(info.Id, seen => seen.Type == EventType.Finished, "its clean-up");
        events.Count(seen => seen.Type == EventType.GaveUp).ShouldBe(0);
        (await Manager.GetAsync(info.Id, Cancel)).Attempt.ShouldBe(down.Attempt);
    }

    [Fact]
    public async Task One_that_always_crashes_is_given_up_after_its_last_restart_and_not_started_once_more()
    {
        var file = Path.Combine(Directory, "starts");
        var info = await Start(Scripts.Appends(file, code: 9) with { Restart = Without with { When = RestartWhen.OnFailure, Max = 7, Window = null } });
        var over = await Until(info.Id, "given up", seen => seen.Phase is Phase.Terminated or Phase.Finished);
        (over.RestartCount, over.Attempt, over.ExitCode).ShouldBe((7, 8, 9));
        (await File.ReadAllLinesAsync(file, Cancel)).Length.ShouldBe(8);
        (await EventsUntil(info.Id, EventType.GaveUp)).Count(seen => seen.Type == EventType.Restarted).ShouldBe(7);
    }
}
