using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Embedded;

namespace ProcessManager.Bench;

/// <summary>RunAsync of /bin/true: declared, journaled, spawned, its end journaled, its tree found empty, its output read, its result answered.</summary>
internal sealed class DurableLifecycle : ISection
{
    public string Name => "lifecycle";

    public string Title => "the whole durable lifecycle of /bin/true, in process (RunAsync)";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        foreach (var (width, lifetime) in (IEnumerable<(int, Lifetime)>)[(16, Lifetime.Keep), (1, Lifetime.Keep), (64, Lifetime.Keep), (16, Lifetime.WithManager)])
        {
            var count = bench.Size(width == 1 ? 300 : 1000, 100);
            var rounds = bench.Size(7, 3);
            bench.Tell($"{rounds} rounds of {count}, {width} at a time, {lifetime}");
            await using var manager = new EmbeddedProcessManager(
                new EmbeddedOptions { DataDirectory = bench.Scratch.NewFolder(), DefaultLifetime = lifetime }, NullLoggerFactory.Instance);
            await manager.StartAsync(bench.CancellationToken);
            List<Func<Task<double>>> ways = [() => LoopAsync(bench, manager, count, width)];
            if (await bench.Baselines.SpawnLoopAsync(count, width, files: true, bench.CancellationToken) is { } way)
            {
                ways.Add(way);
            }

            var figures = await Rounds.MeasureAsync(rounds, ways);
            tell(new Row(
                $"RunAsync, {(width == 1 ? "one at a time" : $"{width} at once")}{(lifetime == Lifetime.Keep ? "" : ", ends with its manager")}",
                Unit.PerSecond,
                figures[0],
                "C loop, two log files",
                figures.Skip(1).FirstOrDefault(),
                (width, lifetime) == (16, Lifetime.Keep) ? new Target.OfBaseline(0.4) : null));
        }
    }

    private static async Task<double> LoopAsync(Workbench bench, EmbeddedProcessManager manager, int count, int width)
    {
        var spec = new ProcessSpec { Command = "/bin/true" };
        var next = 0;
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= count)
            {
                (await manager.RunAsync(spec, cancellationToken: bench.CancellationToken)).EnsureSuccess();
            }
        }));
        return count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }
}
