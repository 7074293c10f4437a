using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>What is kept, and for how long.</summary>
public sealed class KeepingSpecs
{
    private const int AttemptsKept = 100;
    private const int TrimmedEvery = 20;

    [Fact]
    public async Task Of_many_attempts_the_last_hundred_are_kept()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var id = ProcessId.Parse("job");
        const int runs = AttemptsKept + (2 * TrimmedEvery);
        await manager.CreateAsync(new ProcessSpec { Id = id, Command = "true" }, cancellationToken: Lab.Cancel);
        for (var run = 1; run < runs; run++)
        {
            await manager.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
            await manager.StartAsync(id, Lab.Cancel);
        }

        await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Finished, Timeout = Patience.Limit }, Lab.Cancel);
        var kept = (await manager.GetRunsAsync(id, Lab.Cancel)).Select(attempt => attempt.Run).ToList();
        kept.Count.ShouldBeInRange(AttemptsKept, AttemptsKept + TrimmedEvery);
        kept.ShouldBe(Enumerable.Range(runs - kept.Count + 1, kept.Count).Reverse());
    }

    [Fact]
    public async Task Old_events_go_and_a_late_subscriber_is_told_how_many()
    {
        await using var lab = new Lab();
        var clock = new ShiftedClock();
        var manager = await lab.OpenAsync(clock: clock);
        await MakeEvents(manager, "old", 600);
        var first = await manager.EventAsync(EventType.Created);
        clock.Ahead = TimeSpan.FromHours(25);
        await MakeEvents(manager, "new", 600);
        await manager.ShutdownAsync();

        var next = await lab.OpenAsync(clock: clock);
        long kept;
        using (var journal = new JournalFile(lab.Database))
        {
            kept = journal.Count("event");
        }

        kept.ShouldBeInRange(600, 700);
        var missed = await next.SubscribeAsync(new EventQuery { After = first.Cursor }, Lab.Cancel).FirstAsync(Lab.Cancel);
        (missed.Type, missed.Data.Count).ShouldBe((EventType.Missed, 1200 - kept - 1));
        var seen = await next.SubscribeAsync(new EventQuery { After = "" }, Lab.Cancel).Take((int)kept).ToListAsync(Lab.Cancel);
        seen.ShouldNotContain(told => told.Type == EventType.Missed, "from the oldest kept was asked for");
        seen.Select(told => told.Cursor).ShouldBeUnique();
    }

    [Fact]
    public async Task A_command_goes_with_its_output_when_its_retention_ends()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var brief = await manager.RunAsync(new ProcessSpec { Command = "echo hi", Shell = true, Retention = TimeSpan.FromSeconds(1) }, cancellationToken: Lab.Cancel);
        var lasting = await manager.RunAsync(new ProcessSpec { Command = "echo hi", Shell = true }, cancellationToken: Lab.Cancel);
        Directory.Exists(LogsOf(lab, brief.Id)).ShouldBeTrue();

        await Patience.Until("the record to go", () => manager.ListAsync(new ProcessQuery(), Lab.Cancel), page => page.Items is [var only] && only.Id == lasting.Id);
        await Patience.Until("its logs to go", () => !Directory.Exists(LogsOf(lab, brief.Id)));
        Directory.Exists(LogsOf(lab, lasting.Id)).ShouldBeTrue();
        using var journal = new JournalFile(lab.Database);
        (journal.Count("process"), journal.Count("spec"), journal.Count("attempt")).ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Logs_of_what_was_removed_go_though_the_manager_was_killed_before_it_deleted_them()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var kept = await manager.RunAsync(new ProcessSpec { Id = ProcessId.Parse("kept"), Command = "echo hi", Shell = true }, cancellationToken: Lab.Cancel);
        await manager.RunAsync(new ProcessSpec { Id = ProcessId.Parse("aside"), Command = "echo hi", Shell = true }, cancellationToken: Lab.Cancel);
        await manager.RunAsync(new ProcessSpec { Id = ProcessId.Parse("removed"), Command = "echo hi", Shell = true }, cancellationToken: Lab.Cancel);
        await manager.ShutdownAsync();
        using (var journal = new JournalFile(lab.Database))
        {
            journal.Ask("DELETE FROM process WHERE id = $a", "removed"); // as a removal that was journaled and no more
            journal.Ask("DELETE FROM spec WHERE id = $a", "aside");
        }

        var next = await lab.OpenAsync();
        Directory.Exists(LogsOf(lab, ProcessId.Parse("removed"))).ShouldBeFalse();
        Directory.Exists(LogsOf(lab, ProcessId.Parse("aside"))).ShouldBeTrue("its record was set aside, not removed");
        (await next.ReadLogsAsync(kept.Id, new LogQuery(), Lab.Cancel).CountAsync(Lab.Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task What_the_supervisor_tells_again_changes_nothing()
    {
        await using var lab = new Lab();
        var clock = new ImpatientClock();
        var manager = await lab.OpenAsync(clock: clock);
        await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("runs"), Command = "sleep", Args = ["1000"] }, cancellationToken: Lab.Cancel);
        await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("ended"), Command = "false" }, cancellationToken: Lab.Cancel);
        await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("backs-off"), Command = "false", Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMinutes(1) } }, cancellationToken: Lab.Cancel);
        await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("stops"), Command = "trap '' TERM; exec sleep 1000", Shell = true, Stop = new StopSpec { Grace = TimeSpan.FromMinutes(1) } }, cancellationToken: Lab.Cancel);
        await manager.StopAsync(ProcessId.Parse("stops"), cancellationToken: Lab.Cancel);
        await manager.WaitAsync(ProcessId.Parse("ended"), new WaitOptions { For = WaitFor.Finished }, Lab.Cancel);
        await Patience.Until("a back-off", () => manager.GetAsync(ProcessId.Parse("backs-off"), Lab.Cancel), info => info.Phase == Phase.BackingOff);

        // What is still under way may change them a last time.
        await Patience.Until(
            "ten resyncs in a row that change nothing",
            async () =>
            {
                var before = await Versions(manager);
                var rung = clock.Rung;
                await Patience.Until("ten resyncs", () => clock.Rung > rung + 10);
                return (Before: before, After: await Versions(manager));
            },
            seen => seen.Before == seen.After);
    }

    private static async Task<string> Versions(EmbeddedProcessManager manager) =>
        string.Join(", ", (await manager.ListAsync(new ProcessQuery(), Lab.Cancel)).Items.Select(info => $"{info.Id} {info.Phase} {info.Version}"));

    /// <summary>Two for each process that is declared and removed.</summary>
    private static async Task MakeEvents(EmbeddedProcessManager manager, string name, int count) =>
        await Parallel.ForAsync(0, count / 2, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
        {
            var info = await manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse($"{name}{i}"), Command = "true" }, start: false, cancel);
            await manager.RemoveAsync(info.Id, cancellationToken: cancel);
        });

    private static string LogsOf(Lab lab, ProcessId id) => Path.Combine(lab.Data, "logs", id.Value);
}
