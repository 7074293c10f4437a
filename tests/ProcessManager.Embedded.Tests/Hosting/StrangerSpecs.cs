using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>What becomes of attached and detached ones when their manager comes back.</summary>
public sealed class StrangerSpecs
{
    [Fact]
    public async Task An_attached_one_lives_on_and_is_found_again()
    {
        await using var lab = new Lab();
        using var stranger = await Stranger.Start("sleep 1000 & wait");
        var id = ProcessId.Parse("found");
        var first = await lab.OpenAsync(options => options with { DefaultLifetime = Lifetime.WithManager });
        var before = await first.AttachAsync(stranger.Pid, id, cancellationToken: Lab.Cancel);
        (await first.ShutdownAsync()).RunningOn.ShouldContain(id);
        stranger.Process.IsAlive.ShouldBeTrue();

        var (second, found) = await lab.OpenAndReportAsync();

        found.Adopted.ShouldBe(1);
        var again = await second.GetAsync(id, Lab.Cancel);
        (again.Phase, again.OsPid, again.StartedAt, again.Attached).ShouldBe((Phase.Running, stranger.Pid, before.StartedAt, true));
        (await second.StopAsync(id, new StopOptions { Wait = true }, Lab.Cancel)).Reason.ShouldBe(EndReason.Stopped);
        stranger.Process.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_ended_while_nobody_watched_is_down_and_its_status_not_guessed()
    {
        await using var lab = new Lab();
        using var stranger = await Stranger.Start("exec sleep 1000");
        var id = ProcessId.Parse("found");
        await (await lab.OpenAsync()).AttachAsync(stranger.Pid, id, cancellationToken: Lab.Cancel);
        await lab.CloseLastAsync();
        stranger.Process.Signal(Signal.Kill);
        await Patience.Until("its end", () => !stranger.Process.IsAlive);

        var manager = await lab.OpenAsync();

        var down = await manager.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
        (down.Reason, down.ExitCode).ShouldBeOneOf((EndReason.Unknown, null), (EndReason.Signaled, 137)); // The latter while its zombie is there to be read.
    }

    [Fact]
    public async Task A_detached_one_is_no_orphan_also_when_its_name_was_taken_again()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var spec = new ProcessSpec { Id = ProcessId.Parse("web"), Command = "sh", Args = ["-c", "setsid sleep 1000 & sleep 1000 & wait"] };
        await manager.CreateAsync(spec, cancellationToken: Lab.Cancel);
        var detached = await Patience.Until("its family", () => Task.FromResult(Marked.Of(lab.Data)), marked => marked.Count == 3);
        await manager.DetachAsync(spec.Id!.Value, Lab.Cancel);
        var next = await manager.CreateAsync(spec with { Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
        await lab.CloseLastAsync();

        var (second, found) = await lab.OpenAndReportAsync();

        (found.Adopted, found.Orphans.Count).ShouldBe((1, 0));
        (await second.GetAsync(spec.Id.Value, Lab.Cancel)).OsPid.ShouldBe(next.OsPid);
        (await second.KillAsync(spec.Id.Value, wait: true, Lab.Cancel)).Reason.ShouldBe(EndReason.Killed);
        Marked.Of(lab.Data).Select(each => each.OsPid).Order().ShouldBe(detached.Select(each => each.OsPid).Order());
    }

    [Fact]
    public async Task When_nobody_of_it_lives_a_start_forgets_that_it_was_detached()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var info = await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("web"), Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
        await manager.DetachAsync(info.Id, Lab.Cancel);
        Directory.EnumerateFileSystemEntries(Path.Combine(lab.Data, "detached")).Count().ShouldBe(2);
        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Kill);
        await Patience.Until("its end", () => Marked.Of(lab.Data).Count == 0);
        await lab.CloseLastAsync();

        await lab.OpenAsync();

        Directory.EnumerateFileSystemEntries(Path.Combine(lab.Data, "detached")).ShouldBeEmpty();
    }
}
