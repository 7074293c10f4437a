using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class StartingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_start_while_up_changes_nothing()
    {
        var started = Path.Combine(Directory, "started");
        var first = await Start(Scripts.AppendsAndSleeps(started));
        await Patience.Until("its line", () => File.Exists(started));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Manager.StartAsync(first.Id, Cancel)));

        answers.ShouldAllBe(info => info.OsPid == first.OsPid && info.Run == 1 && info.Attempt == 1);
        (await File.ReadAllLinesAsync(started, Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_start_of_one_that_ended_opens_the_next_run()
    {
        var first = await Start(Scripts.Exits(3));
        (await Ended(first.Id)).ShouldBeDown(EndReason.Failed);

        var second = await Manager.StartAsync(first.Id, Cancel);

        second.Run.ShouldBe(2);
        second.Attempt.ShouldBe(1);
        await Ended(first.Id);
        var runs = await Manager.GetRunsAsync(first.Id, Cancel);
        runs.Select(run => (run.Run, run.Attempt, run.ExitCode)).ShouldBe([(2, 1, 3), (1, 1, 3)]);
    }

    [Fact]
    public async Task Starts_that_race_open_one_run()
    {
        var started = Path.Combine(Directory, "started");
        var declared = await Declare(Scripts.AppendsAndSleeps(started));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Manager.StartAsync(declared.Id, Cancel)));

        answers.ShouldAllBe(info => info.Run == 1);
        await Patience.Until("its line", () => File.Exists(started));
        (await File.ReadAllLinesAsync(started, Cancel)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_start_while_terminating_is_kept_and_done_once_terminated()
    {
        var first = await StartSaying("ready", Scripts.EndsWhenToldTwice(Directory));
        await Manager.StopAsync(first.Id, new StopOptions { Grace = TimeSpan.FromMinutes(5) }, Cancel);
        (await Manager.GetAsync(first.Id, Cancel)).Phase.ShouldBe(Phase.Terminating);

        var start = Manager.StartAsync(first.Id, Cancel);
        await Until(first.Id, "wanted up again", info => info.Goal == Goal.Up);
        OsProcess.Of(first.OsPid!.Value).IsAlive.ShouldBeTrue();
        await File.WriteAllTextAsync(Path.Combine(Directory, "hold"), "", Cancel);

        var second = await start;
        second.ShouldBeRunning();
        second.Run.ShouldBe(2);
        second.OsPid.ShouldNotBe(first.OsPid);
        var events = await EventsUntil(first.Id, one => one is { Type: EventType.Started, Run: 2 }, "the second start");
        events.ShouldTell(EventType.Started, EventType.Stopping, EventType.Stopped, EventType.Terminated, EventType.Started);
    }

    [Fact]
    public async Task Stop_then_start_then_stop_ends_down_with_one_run()
    {
        var first = await StartSaying("ready", Scripts.IgnoresTerm);
        await Manager.StopAsync(first.Id, new StopOptions { Grace = TimeSpan.FromMinutes(5) }, Cancel);
        var start = Manager.StartAsync(first.Id, Cancel);
        await Until(first.Id, "wanted up again", info => info.Goal == Goal.Up);

        var down = await Stopped(first.Id, TimeSpan.Zero);

        down.ShouldBeDown(EndReason.Stopped);
        (await start).Run.ShouldBe(1);
        var now = await Manager.GetAsync(first.Id, Cancel);
        (now.Run, now.Goal, now.IsDown()).ShouldBe((1, Goal.Down, true));
    }

    [Fact]
    public async Task A_restart_while_up_ends_it_and_opens_a_new_run()
    {
        var first = await Start(Scripts.Sleeps);
        var child = OsProcess.Of(first.OsPid!.Value);

        var second = await Manager.RestartAsync(first.Id, new StopOptions { Wait = true }, Cancel);

        second.ShouldBeRunning();
        (second.Run, second.Attempt, second.RestartCount).ShouldBe((2, 1, 0));
        child.IsAlive.ShouldBeFalse();
        var events = await EventsUntil(first.Id, one => one is { Type: EventType.Started, Run: 2 }, "the second start");
        events.ShouldTell(EventType.Started, EventType.Stopping, EventType.Stopped, EventType.Started);
    }

    [Fact]
    public async Task A_restart_while_down_is_a_start()
    {
        var declared = await Declare(Scripts.Sleeps);

        var info = await Manager.RestartAsync(declared.Id, new StopOptions { Wait = true }, Cancel);

        info.ShouldBeRunning();
        info.Run.ShouldBe(1);
    }

    [Fact]
    public async Task A_restart_waits_for_the_grace_it_was_given()
    {
        var first = await StartSaying("ready", Scripts.IgnoresTerm with { Stop = new StopSpec { Grace = TimeSpan.FromMinutes(5) } });

        var second = await Manager.RestartAsync(first.Id, new StopOptions { Grace = TimeSpan.FromMilliseconds(100), Wait = true }, Cancel);

        second.Run.ShouldBe(2);
        var end = (await Manager.GetRunsAsync(first.Id, Cancel)).Single(run => run.Run == 1);
        (end.Reason, end.Signal).ShouldBe((EndReason.Stopped, Signal.Kill));
    }
}
