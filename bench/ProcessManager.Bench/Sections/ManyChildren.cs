namespace ProcessManager.Bench;

/// <summary>A daemon with a thousand children and with five thousand: to start them, to have them, to list them.</summary>
internal sealed class ManyChildren : ISection
{
    public string Name => "many";

    public string Title => "a daemon with many `sleep` children, created over HTTP, 32 requests at a time";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        await MeasureAsync(bench, tell, bench.Size(1000, 200), bench.Size(3, 1), isJudged: true);
        await MeasureAsync(bench, tell, bench.Size(5000, 400), 1, isJudged: false);
    }

    private static async Task MeasureAsync(Workbench bench, Action<Row> tell, int count, int rounds, bool isJudged)
    {
        List<double> times = [];
        List<double> bare = [];
        List<double> cpu = [];
        var spawnLoop = await bench.Baselines.SpawnLoopAsync(count, 32, files: true, bench.CancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            bench.Tell($"{count:N0} children");
            await using var daemon = new Daemon(bench);
            await daemon.StartAsync();
            var before = OsFigures.CpuTime(daemon.OsPid);
            times.Add(await Clock.SecondsAsync(() => daemon.SleepersAsync(count, 32)));
            cpu.Add((OsFigures.CpuTime(daemon.OsPid) - before).TotalMilliseconds / count);
            if (spawnLoop is not null)
            {
                bare.Add(count / await spawnLoop());
            }

            if (round == rounds - 1)
            {
                tell(new Row(
                    $"{count:N0} created, until all run",
                    Unit.Seconds,
                    new Samples(times),
                    "C loop to start and end as many",
                    bare.Count > 0 ? new Samples(bare) : null,
                    isJudged ? new Target.Below(2) : null));
                tell(new Row($"{count:N0} created, the manager's CPU", Unit.CpuMilliseconds, new Samples(cpu)));
                await HaveAsync(bench, tell, daemon, count, isJudged);
                await ListAsync(bench, tell, daemon, count, isJudged);
            }
        }
    }

    private static async Task HaveAsync(Workbench bench, Action<Row> tell, Daemon daemon, int count, bool isJudged)
    {
        // What follows a burst (the last alarms, the first looks at logs, the collection of what it left) is over by then.
        await Task.Delay(TimeSpan.FromSeconds(15), bench.CancellationToken);
        var (resident, proportional) = OsFigures.Memory(daemon.OsPid);
        tell(new Row($"manager's resident memory, {count:N0} children", Unit.Megabytes, Samples.Of(resident), Target: isJudged ? new Target.Below(120) : null));
        tell(new Row($"manager's share of memory (PSS), {count:N0} children", Unit.Megabytes, Samples.Of(proportional)));
        List<double> shares = [];
        var windows = bench.Size(4, 1);
        for (var window = 0; window < windows; window++)
        {
            bench.Tell("10 s of doing nothing");
            var before = OsFigures.CpuTime(daemon.OsPid);
            var seconds = await Clock.SecondsAsync(() => Task.Delay(TimeSpan.FromSeconds(10), bench.CancellationToken));
            shares.Add((OsFigures.CpuTime(daemon.OsPid) - before).TotalSeconds / seconds * 100);
        }

        tell(new Row($"idle CPU over 10 s, {count:N0} children", Unit.Percent, new Samples(shares), Target: isJudged ? new Target.Below(0.5) : null));
    }

    private static async Task ListAsync(Workbench bench, Action<Row> tell, Daemon daemon, int count, bool isJudged)
    {
        var figures = await Rounds.MeasureAsync(
            bench.Size(50, 10),
            () => Clock.MillisecondsAsync(() => daemon.Http.GetByteArrayAsync("/v1/processes?limit=1000", bench.CancellationToken)),
            () => Clock.MillisecondsAsync(() => daemon.Client.ListAsync(new ProcessQuery { Limit = 1000 }, bench.CancellationToken)));
        tell(new Row($"GET /v1/processes?limit=1000 of {count:N0}", Unit.Milliseconds, figures[0], Target: isJudged ? new Target.Below(20) : null));
        tell(new Row($"the same, read into records by the client", Unit.Milliseconds, figures[1]));
        var typed = await Rounds.MeasureAsync(bench.Size(5, 2), () => Clock.MillisecondsAsync(() => daemon.AskAsync("ps")));
        tell(new Row($"`procman ps` of {count:N0}, from start to end", Unit.Milliseconds, typed[0]));
    }
}
