using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>An app is killed: what ends with it, and what outlives it.</summary>
public sealed class LifetimeSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task Children_that_end_with_the_app_are_gone_and_the_others_are_adopted()
    {
        await using var lab = new Lab();
        var app = await lab.AppAsync();
        await app.AskAsync("start with WithManager exec sleep 1000");
        await app.AskAsync("start tree WithManager setsid sh -c \"trap '' TERM; exec sleep 1000\" & (setsid sleep 1000 &) ; exec sleep 1000");
        await app.AskAsync("start keep Keep exec sleep 1000");
        var stranger = lab.Bystander();
        await Patience.Until("the members of the tree", () => Marked.Of(lab.Data).Count == 5);
        var all = Marked.Of(lab.Data);
        var kept = all.Single(process => process.Id == "keep");

        await app.KillAsync();
        var began = TimeProvider.System.GetTimestamp();
        await Patience.Until("the end of what ends with the app", () => Marked.Of(lab.Data).TrueForAll(process => process.Id == "keep"));
        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"gone after {took.TotalMilliseconds:F0} ms");
        took.ShouldBeLessThan(TimeSpan.FromSeconds(8), "2 s are promised on a machine that isn't busy");

        Marked.Of(lab.Data).ShouldBe([kept]);
        await Patience.Until("init to collect them", () => all.TrueForAll(process => process == kept || process.IsCollected));
        stranger.IsAlive.ShouldBeTrue();
        var (manager, found) = await lab.OpenAndReportAsync();
        (found.Adopted, found.Ended, found.Orphans.Count).ShouldBe((1, 2, 0));
        (await manager.GetAsync(ProcessId.Parse("keep"), Lab.Cancel)).OsPid.ShouldBe(kept.OsPid);
        foreach (var id in (string[])["with", "tree"])
        {
            var info = await manager.WaitAsync(ProcessId.Parse(id), new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
            info.Reason.ShouldBe(EndReason.Unknown);
        }
    }
}
