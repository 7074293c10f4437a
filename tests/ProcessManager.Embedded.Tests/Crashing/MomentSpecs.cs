using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>
/// The app is killed at each moment between deciding a start or a stop and having written down what came of it. Whatever the moment: what was
/// decided happens once, and nothing runs that no record knows.
/// </summary>
public sealed class MomentSpecs
{
    private static readonly ProcessId Job = ProcessId.Parse("job");

    [Theory]
    [InlineData("Decided")]
    [InlineData("Spawned")]
    [InlineData("Recorded")]
    [InlineData("Started")]
    [InlineData("Stopping")] // of what it left, once its own end is known
    public async Task A_command_that_ends_at_once_has_its_effect_once(string moment)
    {
        await using var lab = new Lab();
        var effects = lab.Folder("effects");
        var app = await lab.AppAsync();
        await app.AskAsync($"crash {moment}");
        await app.DieOfAsync($"start job Keep echo line >> {effects}");

        var (manager, found) = await lab.OpenAndReportAsync();
        var info = await manager.WaitAsync(Job, new WaitOptions { For = WaitFor.Finished, Timeout = Patience.Limit }, Lab.Cancel);

        (await File.ReadAllLinesAsync(effects, Lab.Cancel)).ShouldBe(["line"]);
        EndReason[] truths = moment switch
        {
            "Decided" => [EndReason.Completed], // It never ran, so the successor ran it.
            "Stopping" => [EndReason.Completed], // Its end had been written.
            _ => [EndReason.Completed, EndReason.Unknown],
        };
        truths.ShouldContain(info.Reason!.Value);
        info.ExitCode.ShouldBe(info.Reason == EndReason.Completed ? 0 : null);
        (info.Run, info.Attempt).ShouldBe((1, 1));
        (await manager.GetRunsAsync(Job, Lab.Cancel)).Count.ShouldBe(1);
        found.Orphans.ShouldBeEmpty();
        Marked.Of(lab.Data).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(lab.Data, "ledger"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Decided")]
    [InlineData("Spawned")]
    [InlineData("Recorded")]
    [InlineData("Started")]
    public async Task A_child_that_runs_on_is_the_same_and_the_only_one(string moment)
    {
        await using var lab = new Lab();
        var effects = lab.Folder("effects");
        var app = await lab.AppAsync();
        await app.AskAsync($"crash {moment}");
        await app.DieOfAsync($"start job Keep echo line >> {effects}; exec sleep 1000");
        var left = Marked.Of(lab.Data);
        left.Count.ShouldBe(moment == "Decided" ? 0 : 1);

        var (manager, found) = await lab.OpenAndReportAsync();
        var info = await manager.GetAsync(Job, Lab.Cancel);

        info.Phase.ShouldBe(Phase.Running);
        (info.Run, info.Attempt).ShouldBe((1, 1));
        if (left is [var survivor])
        {
            info.OsPid.ShouldBe(survivor.OsPid);
        }

        found.Orphans.ShouldBeEmpty();
        await Patience.Until("its effect", () => File.Exists(effects) && File.ReadAllText(effects).Length > 0);
        Lab.ShouldBeWhatIsListed(Marked.Of(lab.Data), [info]);

        // Somebody else ends it: the successor hears of it though it isn't its child.
        var began = TimeProvider.System.GetTimestamp();
        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Int);
        var ended = await manager.WaitAsync(Job, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        if (moment == "Decided" || Kernel.TellsEndsOfStrangers)
        {
            (ended.Reason, ended.Signal).ShouldBe((EndReason.Signaled, Signal.Int));
        }
        else
        {
            ended.Reason.ShouldBe(EndReason.Unknown);
        }

        (await File.ReadAllLinesAsync(effects, Lab.Cancel)).ShouldBe(["line"]);
        Marked.Of(lab.Data).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("exec sleep 1000")]
    [InlineData("trap '' TERM; exec sleep 1000")]
    public async Task A_stop_that_was_begun_is_finished(string command)
    {
        await using var lab = new Lab();
        var app = await lab.AppAsync();
        await app.AskAsync($"start job Keep {command}");
        await app.AskAsync("start other Keep exec sleep 1000");
        await app.AskAsync("crash Stopping");
        await app.DieOfAsync("stop job");

        var (manager, found) = await lab.OpenAndReportAsync();
        var ended = await manager.WaitAsync(Job, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);

        ended.Reason.ShouldBe(EndReason.Stopped);
        (ended.Goal, ended.Run, ended.Attempt).ShouldBe((Goal.Down, 1, 1));
        found.Orphans.ShouldBeEmpty();
        var other = await manager.GetAsync(ProcessId.Parse("other"), Lab.Cancel);
        other.Phase.ShouldBe(Phase.Running);
        Lab.ShouldBeWhatIsListed(Marked.Of(lab.Data), [ended, other]);
    }
}
