using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>A managed process fills the disk that the manager writes to.</summary>
public sealed class FullDiskSpecs
{
    private static readonly ProcessId Filler = ProcessId.Parse("filler");
    private static readonly ProcessId Ender = ProcessId.Parse("ender");
    private static readonly ProcessId Sleeper = ProcessId.Parse("sleeper");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_fills_it_can_be_ended_and_nothing_that_happens_meanwhile_is_lost(bool kill)
    {
        await using var lab = new Lab();
        await using var disk = await SmallDisk.MountAsync(lab.Folder("disk"), "40m");
        EmbeddedOptions OnIt(EmbeddedOptions options) => options with { DataDirectory = Path.Combine(disk.Path, "data") };
        var manager = await lab.OpenAsync(OnIt);
        var (file, end) = (Path.Combine(disk.Path, "fill"), lab.Folder("end"));
        var sleeper = await manager.CreateAsync(new ProcessSpec { Id = Sleeper, Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
        await manager.CreateAsync(Shell(Ender, $"while [ ! -e {end} ]; do sleep 0.1; done; exit 3"), cancellationToken: Lab.Cancel);
        await manager.CreateAsync(Shell(Filler, $"while :; do cat /dev/zero >> {file} 2> /dev/null; sleep 0.01; done"), cancellationToken: Lab.Cancel);
        await Patience.Until("a full disk", () => disk.Free == 0);

        await RefusesToCreate(manager, disk);
        await File.WriteAllTextAsync(end, "", Lab.Cancel);
        await Patience.Until("the end of another process", () => manager.GetAsync(Ender, Lab.Cancel), info => info is { Reason: EndReason.Failed, ExitCode: 3 });

        await EndAsync(manager, Filler, kill);
        await Patience.Until("the filler's end", () => manager.GetAsync(Filler, Lab.Cancel), info => info.Phase is Phase.Terminated or Phase.Finished);
        await Patience.Until("the end of all but one", () => Marked.Of(Path.Combine(disk.Path, "data")) is [var only] && only.Id == Sleeper.Value);

        File.Delete(file);
        await Patience.Until("a manager that has written all", () => manager.GetHealthAsync(Lab.Cancel), health => health.Ready);
        var before = await Patience.Until(
            "an end to all that is under way",
            () => manager.ListAsync(new ProcessQuery(), Lab.Cancel),
            page => page.Items.All(info => info.Phase is Phase.Running or Phase.Finished));
        await manager.ShutdownAsync();

        var (next, found) = await lab.OpenAndReportAsync(OnIt);
        found.Problems.ShouldBeEmpty();
        var after = await next.ListAsync(new ProcessQuery(), Lab.Cancel);
        after.Items.Select(Fact).ShouldBe(before.Items.Select(Fact));
        (await next.GetAsync(Filler, Lab.Cancel)).Reason.ShouldBe(kill ? EndReason.Killed : EndReason.Stopped);
        (await next.GetAsync(Sleeper, Lab.Cancel)).OsPid.ShouldBe(sleeper.OsPid);
        (await next.GetRunsAsync(Ender, Lab.Cancel)).Single().ExitCode.ShouldBe(3);
        await next.ShutdownAsync(stopAll: true);
    }

    /// <summary>While the filler takes whatever is freed; a create that found room just then is undone.</summary>
    private static async Task RefusesToCreate(EmbeddedProcessManager manager, SmallDisk disk)
    {
        var made = 0;
        var refused = await Patience.Until("a create that is refused for the full disk", async () =>
        {
            var id = ProcessId.Parse($"late{made++}");
            try
            {
                await manager.CreateAsync(new ProcessSpec { Id = id, Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
            }
            catch (ProcessManagerException error)
            {
                return (Id: id, Error: (ProcessManagerException?)error);
            }

            await EndAsync(manager, id, kill: true);
            return (Id: id, Error: null);
        }, attempt => attempt.Error is not null);

        refused.Error!.Code.ShouldBe(ErrorCode.StorageFull, refused.Error.Message);
        Marked.Of(Path.Combine(disk.Path, "data")).ShouldNotContain(process => process.Id == refused.Id.Value);
        var listed = (await manager.ListAsync(new ProcessQuery(), Lab.Cancel)).Items.SingleOrDefault(info => info.Id == refused.Id);
        listed?.Reason.ShouldBe(EndReason.StartFailed); // Nothing, or a record that says what happened.
    }

    private static async Task EndAsync(EmbeddedProcessManager manager, ProcessId id, bool kill)
    {
        try
        {
            await (kill ? manager.KillAsync(id, cancellationToken: Lab.Cancel) : manager.StopAsync(id, cancellationToken: Lab.Cancel));
        }
        catch (ProcessManagerException full) when (full.Code == ErrorCode.StorageFull)
        {
            full.Message.ShouldContain(id.Value); // It is told to end all the same.
        }
    }

    private static (ProcessId Id, Phase Phase, int Run, int? OsPid, EndReason? Reason, int? ExitCode) Fact(ProcessInfo info) =>
        (info.Id, info.Phase, info.Run, info.OsPid, info.Reason, info.ExitCode);

    private static ProcessSpec Shell(ProcessId id, string line) => new() { Id = id, Command = line, Shell = true };
}
