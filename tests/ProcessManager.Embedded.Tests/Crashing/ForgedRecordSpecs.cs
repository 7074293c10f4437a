using System.Globalization;
using System.Text.RegularExpressions;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>What is on the disk isn't true: a process is only ever ended by what it is, never by a number that a file has.</summary>
public sealed partial class ForgedRecordSpecs
{
    private static readonly ProcessId Job = ProcessId.Parse("job");

    [Theory]
    [InlineData("journal")]
    [InlineData("ledger")]
    public async Task A_bystander_with_the_recorded_number_is_never_signalled(string forged)
    {
        await using var lab = new Lab();
        var child = await RunsWithoutManager(lab, new RestartPolicy());
        var bystander = lab.Bystander();
        child.Kill();
        await Patience.Until("the child's end", () => Marked.Of(lab.Data).Count == 0);
        if (forged == "journal")
        {
            ForgetLedger(lab);
            EditState(lab, state => OsPid().Replace(state, $"\"osPid\":{bystander.Pid}"));
        }
        else
        {
            EditLedger(lab, text => text.Replace($"child {child.OsPid} ", $"child {bystander.Pid} ", StringComparison.Ordinal));
        }

        var manager = await lab.OpenAsync();
        var info = await manager.WaitAsync(Job, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
        (info.Reason, info.OsPid).ShouldBe((EndReason.Unknown, null));

        await manager.StopAsync(Job, new StopOptions { Grace = TimeSpan.Zero, Wait = true }, Lab.Cancel);
        await manager.KillAsync(Job, wait: true, Lab.Cancel);
        (await Should.ThrowAsync<ProcessManagerException>(() => manager.SignalAsync(Job, Signal.Kill, tree: true, Lab.Cancel))).Code.ShouldBe(ErrorCode.InvalidState);
        await manager.RemoveAsync(Job, new StopOptions { Grace = TimeSpan.Zero }, Lab.Cancel);
        bystander.IsAlive.ShouldBeTrue();
    }

    [Theory]
    [InlineData(RestartWhen.Never, Phase.Finished)]
    [InlineData(RestartWhen.Always, Phase.Running)]
    public async Task A_child_of_another_boot_is_lost_and_the_policy_decides(RestartWhen when, Phase expected)
    {
        await using var lab = new Lab();
        var child = await RunsWithoutManager(lab, new RestartPolicy { When = when, Delay = TimeSpan.FromMilliseconds(20) });
        child.Kill();
        await Patience.Until("the child's end", () => Marked.Of(lab.Data).Count == 0);
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Lab.Cancel)).Trim();
        var other = Guid.NewGuid().ToString();
        EditState(lab, state => state.Replace(boot, other, StringComparison.Ordinal));
        EditLedger(lab, text => text.Replace(boot, other, StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(lab.Data, "boot"), other + "\n", Lab.Cancel);

        var manager = await lab.OpenAsync();
        var info = await Patience.Until("the policy's decision", () => manager.GetAsync(Job, Lab.Cancel), info => info.Phase == expected);
        var lost = (await manager.GetRunsAsync(Job, Lab.Cancel)).Single();
        (lost.Reason, lost.ExitCode, lost.Attempt).ShouldBe((EndReason.NodeLost, null, 1));
        info.Attempt.ShouldBe(when == RestartWhen.Always ? 2 : 1);
        (await manager.EventAsync(EventType.Lost)).Id.ShouldBe(Job);
        Lab.ShouldBeWhatIsListed(Marked.Of(lab.Data), [info]);
    }

    /// <summary>A child that runs, recorded as running, while no manager is there.</summary>
    private static async Task<Marked> RunsWithoutManager(Lab lab, RestartPolicy policy)
    {
        var manager = await lab.OpenAsync();
        await manager.CreateAsync(new ProcessSpec { Id = Job, Command = "sleep", Args = ["1000"], Restart = policy }, cancellationToken: Lab.Cancel);
        (await manager.ShutdownAsync()).RunningOn.ShouldBe([Job]);
        return Marked.Of(lab.Data).Single();
    }

    private static void EditState(Lab lab, Func<string, string> edit)
    {
        using var journal = new JournalFile(lab.Database);
        var state = journal.State(Job);
        var edited = edit(state);
        edited.ShouldNotBe(state);
        journal.SetState(Job, edited);
    }

    private static void EditLedger(Lab lab, Func<string, string> edit)
    {
        var file = Directory.GetFiles(Path.Combine(lab.Data, "ledger")).Single();
        var text = File.ReadAllText(file);
        var edited = edit(text);
        edited.ShouldNotBe(text);
        File.WriteAllText(file, edited);
    }

    private static void ForgetLedger(Lab lab)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(lab.Data, "ledger"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("\"osPid\":[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OsPid();
}
