using Orleans;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

/// <summary>On a log that keeps 256 events.</summary>
public sealed class TrimmingSpecs(ShortLogCluster site) : IClassFixture<ShortLogCluster>
{
    [Fact]
    public async Task The_last_are_kept_and_rows_of_the_rest_are_cleared()
    {
        var log = site.NewLog();
        await new Writer(log, "w").Tell(1_000);

        var page = (await log.ReadAsync(new EventQuery(), 100, TimeSpan.Zero)).Unwrap();

        var first = EventCursor.Parse(page.Events[0].Cursor);
        first.ShouldBeInRange(1_000 - 256 - 128, 1_000 - 255);
        page.Missed.ShouldBe(first - 101);
        (await log.ReadAsync(new EventQuery(), 0, TimeSpan.Zero)).Unwrap().Missed.ShouldBe(0, "from the oldest kept was asked for");
        await Patience.Until("rows are cleared", () => site.Rows.NamesOf(log.GetGrainId()).Length <= 7);
    }

    [Fact]
    public async Task Old_ones_go_too()
    {
        var log = site.NewLog();
        var writer = new Writer(log, "w");
        await writer.Tell(100, time: TimeProvider.System.GetUtcNow().AddHours(-25));
        await writer.Tell(100);

        var page = (await log.ReadAsync(new EventQuery(), 0, TimeSpan.Zero)).Unwrap();

        EventCursor.Parse(page.Events[0].Cursor).ShouldBe(65, "the first whole segment was old");
        page.Events.Count.ShouldBe(136);
    }

    [Fact]
    public async Task What_was_told_so_long_ago_that_it_is_gone_does_not_come_back()
    {
        var log = site.NewLog();
        var old = new Writer(log, "old");
        var batch = old.Next(3, time: TimeProvider.System.GetUtcNow().AddSeconds(-5));
        (await log.AppendAsync(batch)).Unwrap();
        await new Writer(log, "w").Tell(2_000);

        (await log.AppendAsync(batch with { Repeated = true })).Unwrap().ShouldBeTrue();

        (await log.PositionAsync()).Unwrap().ShouldBe(2_003);
    }

    [Fact]
    public async Task A_subscriber_who_comes_late_is_told_how_many_it_missed()
    {
        var log = site.Grains.GetGrain<IEventLogGrain>(0);
        await new Writer(log, "w").Tell(1_000);

        var seen = new List<ProcessEvent>();
        await foreach (var told in site.Client.SubscribeAsync(new EventQuery { After = EventCursor.Format(10), Follow = false }, TestContext.Current.CancellationToken))
        {
            seen.Add(told);
        }

        seen[0].Type.ShouldBe(EventType.Missed);
        seen[0].Data.Count.ShouldBe(EventCursor.Parse(seen[1].Cursor) - 11);
        EventCursor.Parse(seen[0].Cursor).ShouldBe(EventCursor.Parse(seen[1].Cursor) - 1);
        EventCursor.Parse(seen[^1].Cursor).ShouldBe(1_000);
    }
}
