using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Killed again and again, at no particular moment, while starts, stops, restarts and removals go on.</summary>
public sealed class ChurnSpecs(ITestOutputHelper output)
{
    private const int Kills = 20;

    [Fact]
    public async Task After_each_kill_records_and_processes_agree_and_no_attempt_ran_twice()
    {
        await using var lab = new Lab();
        var runs = lab.Folder("runs");
        var dice = new Random(20);
        var (adopted, ended) = (0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            var app = await lab.AppAsync();
            adopted += app.Ready.Adopted;
            ended += app.Ready.Ended;
            app.Ready.Orphans.ShouldBe(0);
            await AgreedAsync(lab, app);
            await app.AskAsync($"churn {kill} {runs}");
            await Task.Delay(dice.Next(20, 500), Lab.Cancel); // no event to wait for: any instant is the one that is wanted
            await app.KillAsync();
        }

        var (manager, found) = await lab.OpenAndReportAsync();
        found.Orphans.ShouldBeEmpty();
        (await manager.GetHealthAsync(Lab.Cancel)).Problems.ShouldBeEmpty();
        var attempts = await File.ReadAllLinesAsync(runs, Lab.Cancel);
        attempts.ShouldBeUnique();
        output.WriteLine($"{Kills} kills, {found.Processes} records, {attempts.Length} attempts, {adopted + found.Adopted} adoptions, {ended + found.Ended} ended unseen");
        attempts.Length.ShouldBeGreaterThan(Kills, "the churn should have started something between the kills");
    }

    /// <summary>What was under way when the app was killed is carried on first; then every record is as /proc says.</summary>
    private static async Task AgreedAsync(Lab lab, App app)
    {
        string? difference = null;
        await Patience.Until("records that agree with /proc", async () =>
        {
            var infos = await app.ListAsync();
            try
            {
                infos.ShouldAllBe(info => (info.Phase == Phase.Running) == (info.OsPid != null) && info.Phase != Phase.Starting);
                Lab.ShouldBeWhatIsListed(Marked.Of(lab.Data), infos);
                difference = null;
            }
            catch (ShouldAssertException differs)
            {
                difference = differs.Message;
            }

            return difference;
        }, difference => difference is null);
    }
}
