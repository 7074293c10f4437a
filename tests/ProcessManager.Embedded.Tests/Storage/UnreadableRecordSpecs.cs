using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>One record that can't be read is set aside and told; everything else goes on.</summary>
public sealed class UnreadableRecordSpecs
{
    private static readonly byte[] Garbage = [0xff, 0x00, 0x7b, 0x22];

    private static readonly Dictionary<string, string> Mishaps = new()
    {
        ["bad-state"] = "UPDATE process SET state = $b WHERE id = $a",
        ["bad-spec"] = "UPDATE spec SET body = $b WHERE id = $a",
        ["no-spec"] = "DELETE FROM spec WHERE id = $a",
        ["other-id"] = "UPDATE process SET state = replace(CAST(state AS TEXT), 'other-id', 'another') WHERE id = $a",
        ["cut-state"] = "UPDATE process SET state = CAST(substr(state, 1, 40) AS BLOB) WHERE id = $a",
        ["null-state"] = "UPDATE process SET state = CAST('null' AS BLOB) WHERE id = $a",
        ["bad-name"] = "UPDATE process SET id = '../x' WHERE id = $a",
    };

    [Fact]
    public async Task The_others_load_and_the_manager_is_ready()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        foreach (var name in Mishaps.Keys.Append("good"))
        {
            await manager.CreateAsync(Spec(name), start: false, Lab.Cancel);
        }

        var runs = await manager.CreateAsync(Spec("runs"), cancellationToken: Lab.Cancel);
        await manager.ShutdownAsync();
        using (var journal = new JournalFile(lab.Database))
        {
            foreach (var (name, mishap) in Mishaps)
            {
                journal.Ask(mishap, [name, .. mishap.Contains("$b", StringComparison.Ordinal) ? (object[])[Garbage] : []]);
            }
        }

        var (next, found) = await lab.OpenAndReportAsync();
        (await Names(next)).ShouldBe(["good", "runs"]);
        (await next.GetAsync(runs.Id, Lab.Cancel)).OsPid.ShouldBe(runs.OsPid);
        foreach (var name in Mishaps.Keys)
        {
            found.Problems.ShouldContain(problem => problem.Contains($"\"{(name == "bad-name" ? "../x" : name)}\"", StringComparison.Ordinal));
        }

        found.Problems.Count.ShouldBe(Mishaps.Count);
        var health = await next.GetHealthAsync(Lab.Cancel);
        health.Ready.ShouldBeTrue();
        health.Problems.Count.ShouldBe(Mishaps.Count);

        // The id is free, and what was set aside is told until somebody deals with it.
        await next.CreateAsync(Spec("bad-state"), cancellationToken: Lab.Cancel);
        await next.ShutdownAsync();
        (await lab.OpenAndReportAsync()).Found.Problems.Count.ShouldBe(Mishaps.Count);
    }

    [Fact]
    public async Task A_past_attempt_that_cannot_be_read_costs_only_itself()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var id = ProcessId.Parse("job");
        await manager.CreateAsync(new ProcessSpec { Id = id, Command = "exit 3", Shell = true }, cancellationToken: Lab.Cancel);
        await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Finished }, Lab.Cancel);
        await manager.ShutdownAsync();
        using (var journal = new JournalFile(lab.Database))
        {
            journal.Ask("UPDATE attempt SET body = $b WHERE id = $a", id.Value, Garbage);
        }

        var next = await lab.OpenAsync();
        (await next.GetAsync(id, Lab.Cancel)).ExitCode.ShouldBe(3);
        (await next.GetRunsAsync(id, Lab.Cancel)).ShouldBeEmpty();
    }

    private static ProcessSpec Spec(string name) => new() { Id = ProcessId.Parse(name), Command = "sleep", Args = ["1000"] };

    private static async Task<IEnumerable<string>> Names(EmbeddedProcessManager manager) =>
        (await manager.ListAsync(new ProcessQuery(), Lab.Cancel)).Items.Select(info => info.Id.Value);
}
