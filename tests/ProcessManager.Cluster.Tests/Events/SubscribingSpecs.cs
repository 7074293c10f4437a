using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

public sealed class SubscribingSpecs(LogCluster site, ITestOutputHelper output) : IClassFixture<LogCluster>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEventLogGrain Log => site.Grains.GetGrain<IEventLogGrain>(0);

    [Fact]
    public void A_cursor_that_never_was_is_refused() =>
        Should.Throw<ProcessManagerException>(() => site.Client.SubscribeAsync(new EventQuery { After = "no cursor" }, Cancel)).Code.ShouldBe(ErrorCode.InvalidSpec);

    [Fact]
    public async Task Without_a_cursor_they_come_from_the_call_on()
    {
        var writer = new Writer(Log, "from-now");
        await writer.Tell(2);
        await using var events = site.Client.SubscribeAsync(new EventQuery { Ids = [writer.Id] }, Cancel).GetAsyncEnumerator(Cancel);
        var first = events.MoveNextAsync();
        while (!first.IsCompleted)
        {
            await writer.Tell();
        }

        (await first).ShouldBeTrue();
        events.Current.Run.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Without_following_it_ends_with_the_last()
    {
        var writer = new Writer(Log, "ends", [new("test", "ends")]);
        await writer.Tell(600);

        var seen = await site.Client.SubscribeAsync(new EventQuery { After = "", Follow = false, Labels = [new("test", "ends")] }, Cancel).ToListAsync(Cancel);

        seen.Select(told => told.Run).ShouldBe(Enumerable.Range(1, 600));
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_or_out_of_order_when_the_silo_of_the_log_dies()
    {
        const int Each = 150;
        await using var own = new LogCluster();
        await own.InitializeAsync();

        // The first silo holds the test's membership table.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, own.Cluster.SecondarySilos[0].SiloAddress);
        var log = own.Grains.GetGrain<IEventLogGrain>(0);
        (await log.PositionAsync()).Unwrap();
        RequestContext.Clear();
        var home = await own.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(log);
        var victim = own.Cluster.SecondarySilos.Single(silo => silo.SiloAddress.Equals(home));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var seen = Enumerable.Range(0, 5).Select(_ => new ConcurrentQueue<ProcessEvent>()).ToArray();
        var readers = seen.Select((queue, _) => ReadAll(own.Client, queue, 10 * Each, limit.Token)).ToArray();
        var writers = Enumerable.Range(0, 10).Select(index => new Writer(log, $"w{index}")).ToArray();
        var writing = Task.WhenAll(writers.Select(async writer =>
        {
            while (writer.Told < Each)
            {
                await writer.TellUntilTaken(limit.Token);
            }
        }));

        await Patience.Until("a third is written", () => seen[0].Count > 10 * Each / 3);
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        await own.Cluster.KillSiloAsync(victim);
        var had = seen[0].Count;
        await Patience.Until("it goes on", () => seen[0].Count > had + 50);
        output.WriteLine($"went on after {System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s, at {had} of {10 * Each}");
        await writing;
        await Task.WhenAll(readers);

        foreach (var queue in seen)
        {
            var events = queue.ToArray();
            events.Select(told => EventCursor.Parse(told.Cursor)).ShouldBe(Enumerable.Range(1, 10 * Each).Select(position => (long)position));
            foreach (var writer in writers)
            {
                events.Where(told => told.Id == writer.Id).Select(told => told.Run).ShouldBe(Enumerable.Range(1, Each));
            }

            events.Select(told => (told.Id, told.Run)).ShouldBe(seen[0].Select(told => (told.Id, told.Run)), "all see the same");
        }
    }

    private static async Task ReadAll(EventClient client, ConcurrentQueue<ProcessEvent> seen, int count, CancellationToken cancellationToken)
    {
        await foreach (var told in client.SubscribeAsync(new EventQuery { After = "" }, cancellationToken))
        {
            seen.Enqueue(told);
            if (seen.Count == count)
            {
                return;
            }
        }
    }
}
