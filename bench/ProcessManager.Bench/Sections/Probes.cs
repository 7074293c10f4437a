using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>A daemon whose children are asked over HTTP whether they are well, each once a second.</summary>
internal sealed class Probes : ISection
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public string Name => "probes";

    public string Title => "1,000 children, each asked over HTTP once a second";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        var count = bench.Size(1000, 100);
        var window = TimeSpan.FromSeconds(bench.Size(60, 15));
        await using var server = new ProbedServer();
        await using var daemon = new Daemon(bench);
        await daemon.StartAsync();
        await ProbedAsync(bench, daemon, server, count);

        // What follows a burst is over by then.
        await Task.Delay(TimeSpan.FromSeconds(10), bench.CancellationToken);
        bench.Tell($"{window.TotalSeconds} s of being asked");
        server.Begin();
        var before = OsFigures.CpuTime(daemon.OsPid);
        var seconds = await Clock.SecondsAsync(() => Task.Delay(window, bench.CancellationToken));
        var share = (OsFigures.CpuTime(daemon.OsPid) - before).TotalSeconds / seconds * 100;
        var (drift, gap, fewest, most) = server.Figures(Interval);

        tell(new Row($"{count:N0} probed at 1 s, the manager's CPU, of one core", Unit.Percent, Samples.Of(share), Target: new Target.Below(15)));
        tell(new Row("children that were asked twice at once", Unit.Each, Samples.Of(server.Overlaps), Target: new Target.Below(0.5)));
        tell(new Row("later at the end than at the beginning", Unit.Milliseconds, new Samples(drift), Target: new Target.Below(20)));
        tell(new Row("longest time between two", Unit.Milliseconds, Samples.Of(gap)));
        tell(new Row($"fewest times in {window.TotalSeconds} s", Unit.Each, Samples.Of(fewest)));
        tell(new Row($"most times in {window.TotalSeconds} s", Unit.Each, Samples.Of(most)));
        tell(new Row("connections that were made for it", Unit.Each, Samples.Of(server.Connections)));
        tell(new Row("manager's resident memory", Unit.Megabytes, Samples.Of(OsFigures.Memory(daemon.OsPid).Resident)));
    }

    private static async Task ProbedAsync(Workbench bench, Daemon daemon, ProbedServer server, int count)
    {
        bench.Tell($"{count:N0} children");
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref next); number <= count; number = Interlocked.Increment(ref next))
            {
                var id = ProcessId.Parse(string.Create(CultureInfo.InvariantCulture, $"probed-{number:0000}"));
                var probe = new ProbeSpec { Target = new ProbeTarget.Http($"http://localhost:{server.Port}/{id}"), Interval = Interval };
                await daemon.Client.CreateAsync(
                    daemon.Spec("sleep", "1000000") with { Id = id, Health = new HealthSpec { Readiness = probe } },
                    cancellationToken: bench.CancellationToken);
            }
        }));
        for (var number = 1; number <= count; number++)
        {
            var id = ProcessId.Parse(string.Create(CultureInfo.InvariantCulture, $"probed-{number:0000}"));
            var ready = await daemon.Client.WaitAsync(id, new WaitOptions { For = WaitFor.Ready, Timeout = TimeSpan.FromSeconds(30) }, bench.CancellationToken);
            if (!ready.Healthy)
            {
                throw new BenchException($"{id} isn't healthy.");
            }
        }
    }
}
