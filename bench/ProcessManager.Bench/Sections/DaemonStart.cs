namespace ProcessManager.Bench;

/// <summary>From the start of the daemon to its readiness: with nothing, and with children that an earlier one left running.</summary>
internal sealed class DaemonStart : ISection
{
    public string Name => "start";

    public string Title => "daemon start to ready";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        var rounds = bench.Size(7, 2);
        bench.Tell($"{rounds} starts, empty");
        await using (var daemon = new Daemon(bench))
        {
            tell(new Row("start to ready, empty", Unit.Seconds, await StartsAsync(daemon, rounds), Target: new Target.Below(2)));
        }

        var count = bench.Size(1000, 200);
        bench.Tell($"{rounds} starts, {count:N0} to adopt");
        await using (var daemon = new Daemon(bench))
        {
            await daemon.StartAsync();
            await daemon.SleepersAsync(count, 32);
            var before = await PidsAsync(bench, daemon);
            await daemon.KillAsync();
            tell(new Row($"start to ready, {count:N0} to adopt", Unit.Seconds, await StartsAsync(daemon, rounds), Target: new Target.Below(2)));
            if (!(await PidsAsync(bench, daemon)).SetEquals(before))
            {
                throw new BenchException("Other children run than before the starts.");
            }
        }
    }

    private static async Task<Samples> StartsAsync(Daemon daemon, int rounds)
    {
        List<double> times = [];
        for (var round = 0; round < rounds; round++)
        {
            times.Add((await daemon.StartAsync()).TotalSeconds);
            await daemon.KillAsync();
        }

        await daemon.StartAsync();
        return new Samples(times);
    }

    private static async Task<HashSet<int?>> PidsAsync(Workbench bench, Daemon daemon)
    {
        var all = await daemon.Client.ListAsync(new ProcessQuery { Limit = 1000, Phases = [Phase.Running] }, bench.CancellationToken);
        return [.. all.Items.Select(info => info.OsPid)];
    }
}
