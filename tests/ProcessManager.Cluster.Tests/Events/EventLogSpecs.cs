using System.Diagnostics;
using Orleans;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

public sealed class EventLogSpecs(LogCluster site, ITestOutputHelper output) : IClassFixture<LogCluster>
{
    private static readonly EventQuery Everything = new();

    [Fact]
    public async Task Events_get_consecutive_positions_and_keep_what_they_say()
    {
        var log = site.NewLog();
        var (one, two) = (new Writer(log, "one"), new Writer(log, "two"));
        await one.Tell(3);
        await two.Tell(70);
        await one.Tell(2, EventType.Crashed);

        (await log.PositionAsync()).Unwrap().ShouldBe(75);
        var page = (await log.ReadAsync(Everything, 0, TimeSpan.Zero)).Unwrap();
        page.Events.Select(told => EventCursor.Parse(told.Cursor)).ShouldBe(Enumerable.Range(1, 75).Select(position => (long)position));
        page.Events.Where(told => told.Id == one.Id).Select(told => told.Run).ShouldBe([1, 2, 3, 4, 5]);
        page.Events[^1].ShouldSatisfyAllConditions(last => last.Type.ShouldBe(EventType.Crashed), last => last.Node.ShouldBe("n1"));
        (page.Next, page.Missed).ShouldBe((75, 0));
    }

    [Fact]
    public async Task What_is_told_again_is_left_out()
    {
        var log = site.NewLog();
        var writer = new Writer(log, "w");
        var first = writer.Next(3);
        var second = writer.Next(2);
        await Append(log, first);
        await Append(log, first with { Repeated = true });
        await Append(log, second);
        await Append(log, first with { Repeated = true });

        // Some of it known, some not.
        await Append(log, new EventBatch(writer.Life, [], 4, [.. second.Events, .. writer.Next(1).Events], Repeated: true));

        (await Runs(log)).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task One_created_anew_under_the_same_id_begins_at_one_again()
    {
        var log = site.NewLog();
        var writer = new Writer(log, "w");
        var before = writer.Next(2);
        await Append(log, before);
        writer.BeginAnew();
        await writer.Tell(2);
        await Append(log, before with { Repeated = true });

        (await Runs(log)).ShouldBe([1, 2, 1, 2]);
    }

    [Fact]
    public async Task A_write_of_unknown_fate_is_neither_lost_nor_doubled()
    {
        foreach (var failure in (WriteFailure[])[WriteFailure.Written, WriteFailure.NotWritten, WriteFailure.Late])
        {
            // The first write of all is the head's, of the 65th event too; the others are segments'.
            for (var before = 0; before < 66; before += 13)
            {
                var log = site.NewLog();
                var (writer, other) = (new Writer(log, "w"), new Writer(log, "other"));
                if (before > 0)
                {
                    await other.Tell(before);
                }

                foreach (var failures in (WriteFailure[][])[[failure], [WriteFailure.None, failure]])
                {
                    site.Rows.FailNext(log.GetGrainId(), failures);
                    var batch = writer.Next(60);
                    var answer = await log.AppendAsync(batch);
                    if (answer.Error is { } error)
                    {
                        error.Code.ShouldBe(ErrorCode.StorageUnavailable);

                        // Somebody else comes first.
                        await other.TellUntilTaken(TestContext.Current.CancellationToken);
                        await Append(log, batch with { Repeated = true });
                    }
                }

                site.Rows.FailNext(log.GetGrainId());
                await writer.Tell();
                var events = await All(log);
                events.Where(told => told.Id == writer.Id).Select(told => told.Run).ShouldBe(Enumerable.Range(1, 121), $"{failure} after {before}");
                events.Where(told => told.Id == other.Id).Select(told => told.Run).ShouldBe(Enumerable.Range(1, (int)other.Told), $"{failure} after {before}");
                events.Select(told => EventCursor.Parse(told.Cursor)).ShouldBe(Enumerable.Range(1, events.Count).Select(position => (long)position));
            }
        }
    }

    [Fact]
    public async Task A_row_that_somebody_else_wrote_is_read_again()
    {
        var log = site.NewLog();
        var writer = new Writer(log, "w");
        await writer.Tell(5);
        var reading = log.ReadAsync(Everything, 5, TimeSpan.FromSeconds(10));
        site.Rows.Touch("segment.0", log.GetGrainId());

        var batch = writer.Next(1);
        (await log.AppendAsync(batch)).Error?.Code.ShouldBe(ErrorCode.StorageUnavailable);
        var since = Stopwatch.GetTimestamp();
        await Append(log, batch with { Repeated = true });
        output.WriteLine($"answered again after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");

        (await reading).Unwrap();
        (await Runs(log)).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task A_reader_waits_for_what_matches_and_is_not_woken_by_the_rest()
    {
        var log = site.NewLog();
        var (one, two) = (new Writer(log, "one", [new("role", "a")]), new Writer(log, "two", [new("role", "b")]));
        await one.Tell(3);
        var byId = log.ReadAsync(new EventQuery { Ids = [two.Id] }, 0, TimeSpan.FromSeconds(10));
        var byLabel = log.ReadAsync(new EventQuery { Labels = [new("role", "b")] }, 0, TimeSpan.FromSeconds(10));
        var byType = log.ReadAsync(new EventQuery { Types = [EventType.Crashed] }, 0, TimeSpan.FromSeconds(10));
        await one.Tell(2);
        Task.WhenAny(byId, byLabel, byType).IsCompleted.ShouldBeFalse();

        await two.Tell(1, EventType.Crashed);
        foreach (var reading in (Task<Answer<EventPage>>[])[byId, byLabel, byType])
        {
            var page = (await reading).Unwrap();
            page.Events.ShouldHaveSingleItem().Id.ShouldBe(two.Id);
            page.Next.ShouldBe(6);
        }
    }

    [Fact]
    public async Task One_who_waits_in_vain_is_told_how_far_to_read_on()
    {
        var log = site.NewLog();
        var reading = log.ReadAsync(new EventQuery { Types = [EventType.Crashed] }, 0, TimeSpan.FromSeconds(1));
        await new Writer(log, "w").Tell(7);

        var page = (await reading).Unwrap();
        page.Events.ShouldBeEmpty();
        page.Next.ShouldBe(7);
    }

    [Fact]
    public async Task What_is_no_more_in_memory_is_read_from_its_rows()
    {
        var log = site.NewLog();
        var writer = new Writer(log, "w");
        await writer.Tell(4_000);
        await writer.Tell(2_000);

        (await Runs(log)).ShouldBe(Enumerable.Range(1, 6_000));
        var late = (await log.ReadAsync(new EventQuery { Types = [EventType.Crashed] }, 0, TimeSpan.Zero)).Unwrap();
        late.Next.ShouldBe(6_000);

        // Nothing of its life is in memory after that, and it is found all the same.
        var early = new Writer(log, "early");
        var batch = early.Next(2);
        await Append(log, batch);
        await writer.Tell(4_200);
        site.Rows.FailNext(log.GetGrainId(), WriteFailure.NotWritten);
        (await log.AppendAsync(writer.Next(1))).Error.ShouldNotBeNull("and so it is loaded again");
        await Append(log, batch with { Repeated = true });
        (await All(log)).Count(told => told.Id == early.Id).ShouldBe(2);
    }

    [Fact]
    public async Task Many_writers_are_served_together()
    {
        var log = site.NewLog();
        var writers = Enumerable.Range(0, 200).Select(index => new Writer(log, $"w{index}")).ToArray();
        await Task.WhenAll(writers.Select(writer => writer.Tell()));
        var (written, since) = (site.Rows.Writes, Stopwatch.GetTimestamp());

        await Task.WhenAll(writers.Select(async writer =>
        {
            for (var turn = 0; turn < 25; turn++)
            {
                await writer.Tell(2);
            }
        }));

        var took = Stopwatch.GetElapsedTime(since);
        output.WriteLine($"{10_000 / took.TotalSeconds:F0} events/s, {site.Rows.Writes - written} writes");
        (await log.PositionAsync()).Unwrap().ShouldBe(10_200);
        (site.Rows.Writes - written).ShouldBeLessThan(5_000, "each append by itself would be one");
    }

    private static async Task Append(IEventLogGrain log, EventBatch batch) =>
        await Patience.Until("the log takes it", async () => await log.AppendAsync(batch), answer => answer.Error is null);

    private static async Task<List<int>> Runs(IEventLogGrain log) => (await All(log)).ConvertAll(told => told.Run);

    private static async Task<List<ProcessEvent>> All(IEventLogGrain log)
    {
        var events = new List<ProcessEvent>();
        var end = (await log.PositionAsync()).Unwrap();
        for (var position = 0L; position < end;)
        {
            var page = (await log.ReadAsync(Everything, position, TimeSpan.Zero)).Unwrap();
            events.AddRange(page.Events);
            position = page.Next;
        }

        return events;
    }
}
