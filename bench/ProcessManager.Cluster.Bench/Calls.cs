using ProcessManager.Embedded;

namespace ProcessManager.Bench;

/// <summary>Latency of calls, one at a time, and starts in a second, many at once: over the client, against a manager in process.</summary>
internal static class Calls
{
    private const int Rounds = 5;

    /// <summary>After it nothing is written for what was before.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(4);

    public static async Task InMemoryAsync(Stage stage, Action<Row> tell)
    {
        await using var embedded = await stage.EmbeddedAsync();
        foreach (var count in (IEnumerable<int>)[1, 2, 3])
        {
            await using var silos = await stage.InMemoryAsync(count);
            await MeasureAsync(stage, embedded, silos, tell);
        }
    }

    public static async Task OnPostgresAsync(Stage stage, Action<Row> tell)
    {
        await using var embedded = await stage.EmbeddedAsync();
        foreach (var count in (IEnumerable<int>)[1, 2, 3])
        {
            var (silos, database) = await stage.OnPostgresAsync(count);
            await using (silos)
            {
                await MeasureAsync(stage, embedded, silos, tell);
                await MeasureCostAsync(stage, embedded, silos, database, tell);
            }
        }
    }

    private static async Task MeasureAsync(Stage stage, EmbeddedProcessManager embedded, Silos silos, Action<Row> tell)
    {
        var (here, there) = (await embedded.CreateAsync(Idle, start: false), await silos.Manager.CreateAsync(Idle, start: false));
        await MeasureAsync("GetAsync", Unit.Microseconds, manager => Work.GetAsync(manager, manager == embedded ? here.Id : there.Id, stage.Size(500, 100)));
        await MeasureAsync("start to running", Unit.Milliseconds, manager => Work.StartAsync(manager, stage.Size(20, 3)));
        await MeasureAsync("starts, 32 at once", Unit.PerSecond, manager => Work.StartsAsync(manager, stage.Size(100, 32), 32));
        await MeasureAsync("RunAsync of /bin/true, 32 at once", Unit.PerSecond, manager => Work.RunsAsync(manager, stage.Size(100, 32), 32));

        async Task MeasureAsync(string what, Unit unit, Func<IProcessManager, Task<double>> work)
        {
            var figures = await Bench.Rounds.MeasureAsync(stage.Size(Rounds, 1), () => work(silos.Manager), () => work(embedded));
            tell(new Row($"{what}: {silos.Name}", unit, figures[0], "embedded", figures[1]));
        }
    }

    /// <summary>What a command's whole life costs, whatever else the machine does. The last writing of a row comes a second later.</summary>
    private static async Task MeasureCostAsync(Stage stage, EmbeddedProcessManager embedded, Silos silos, string database, Action<Row> tell)
    {
        var count = stage.Size(100, 20);
        await Task.Delay(Calm);
        var figures = await Bench.Rounds.MeasureAsync(stage.Size(Rounds, 1), () => CpuAsync(silos.Manager, Cpu.Own), () => CpuAsync(embedded, Cpu.Own));
        tell(new Row($"a RunAsync: {silos.Name}", Unit.CpuMilliseconds, figures[0], "embedded", figures[1]));
        var theirs = await Bench.Rounds.MeasureAsync(stage.Size(Rounds, 1), () => CpuAsync(silos.Manager, () => Cpu.OfDatabase(database)));
        tell(new Row($"a RunAsync, in the database: {silos.Name}", Unit.CpuMilliseconds, theirs[0]));

        await using var writes = await RowWrites.CountAsync(database);
        await Work.RunsAsync(silos.Manager, count, 1);
        await Task.Delay(Calm);
        foreach (var (row, written) in await writes.ByRowAsync())
        {
            tell(new Row($"\"{row}\" rows written for a RunAsync: {silos.Name}", Unit.Each, Samples.Of(written / (double)count)));
        }

        async Task<double> CpuAsync(IProcessManager manager, Func<TimeSpan> clock)
        {
            var before = clock();
            await Work.RunsAsync(manager, count, 32);
            await Task.Delay(Calm);
            return (clock() - before).TotalMilliseconds / count;
        }
    }

    private static ProcessSpec Idle => new() { Command = "/bin/true", WorkingDirectory = "/" };
}
