using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace ProcessManager.Cluster.Tests;

/// <summary>The queries of reminders.sql, as Orleans' provider of reminders uses them.</summary>
public sealed class ReminderSpecs(SharedPostgres postgres)
{
    private static readonly DateTime Noon = new(2026, 8, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_reminder_is_read_as_it_was_set_last()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var id = GrainId.Create("reminded", "one");
        (await table.ReadRow(id, "purge")).ShouldBeNull();

        var first = await table.UpsertRow(Entry(id, "purge", TimeSpan.FromMinutes(1)));
        var second = await table.UpsertRow(Entry(id, "purge", TimeSpan.FromDays(40)));
        await table.UpsertRow(Entry(id, "resync", TimeSpan.FromMinutes(1)));

        first.ShouldNotBe(second);
        var read = (await table.ReadRow(id, "purge")).ShouldNotBeNull();
        read.GrainId.ShouldBe(id);
        read.StartAt.ShouldBe(Noon);
        read.Period.ShouldBe(TimeSpan.FromDays(40));
        read.ETag.ShouldBe(second);
        (await table.ReadRows(id)).Reminders.Select(one => one.ReminderName).Order().ShouldBe(["purge", "resync"]);
    }

    [Fact]
    public async Task A_reminder_is_removed_in_the_version_that_was_read_only()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var id = GrainId.Create("reminded", "one");
        var stale = (await table.UpsertRow(Entry(id, "purge", TimeSpan.FromMinutes(1)))).ShouldNotBeNull();
        var present = (await table.UpsertRow(Entry(id, "purge", TimeSpan.FromMinutes(2)))).ShouldNotBeNull();

        (await table.RemoveRow(id, "purge", stale)).ShouldBeFalse();
        (await table.RemoveRow(id, "purge", present)).ShouldBeTrue();
        (await table.RemoveRow(id, "purge", present)).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_reminder_is_in_exactly_one_part_of_the_ring()
    {
        await using var silo = await StorageSilo.StartAsync(postgres);
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var names = Enumerable.Range(0, 60).Select(number => $"g{number}").ToList();
        foreach (var name in names)
        {
            await table.UpsertRow(Entry(GrainId.Create("reminded", name), "resync", TimeSpan.FromMinutes(1)));
        }

        // Borders on both sides of where the signed numbers begin anew.
        uint[] borders = [0x1000_0000, 0x7000_0000, 0x9000_0000, 0xF000_0000];
        var found = new List<string>();
        for (var i = 0; i < borders.Length; i++)
        {
            var (begin, end) = (borders[i], borders[(i + 1) % borders.Length]);
            foreach (var one in (await table.ReadRows(begin, end)).Reminders)
            {
                var hash = one.GrainId.GetUniformHashCode();
                (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end).ShouldBeTrue($"{hash:x} in {begin:x}..{end:x}");
                found.Add(one.GrainId.Key.ToString()!);
            }
        }

        found.Order().ShouldBe(names.Order());
        (await table.ReadRows(0, 0)).Reminders.Count.ShouldBe(names.Count);
        await table.TestOnlyClearTable();
        (await table.ReadRows(0, 0)).Reminders.ShouldBeEmpty();
    }

    private static ReminderEntry Entry(GrainId id, string name, TimeSpan period) => new()
    {
        GrainId = id,
        ReminderName = name,
        StartAt = Noon,
        Period = period,
    };
}
