using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>A child that writes 80-byte lines as fast as it can, into a log with a budget.</summary>
internal sealed class LogCapture : ISection
{
    private const double DiskLimit = 80;

    public string Name => "logs";

    public string Title => "log capture: 80-byte lines as fast as a child can write them, 64 MiB budget";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        var bytes = bench.Size(1 << 30, 1 << 28);
        await using var daemon = new Daemon(bench);
        await daemon.StartAsync();
        await MeasureAsync(bench, tell, daemon, "in large writes", ["/bin/sh", "-c", $"yes {new string('x', 79)} | head -c {bytes}"], bytes, bench.Size(5, 2), DiskLimit);
        if (await bench.Baselines.BuildAsync("lines") is { } lines)
        {
            await MeasureAsync(bench, tell, daemon, "one write a line", [lines, bytes.ToString(CultureInfo.InvariantCulture)], bytes, bench.Size(2, 1), DiskLimit);
        }
    }

    private static async Task MeasureAsync(Workbench bench, Action<Row> tell, Daemon daemon, string how, string[] command, int bytes, int rounds, double diskLimit)
    {
        bench.Tell($"{rounds} rounds of {bytes / 1e9:0.00} GB, {how}");
        List<double> cpu = [];
        List<double> disk = [];
        var figures = await Rounds.MeasureAsync(
            rounds,
            async () =>
            {
                var before = OsFigures.CpuTime(daemon.OsPid);
                var peak = 0.0;
                var seconds = await Clock.SecondsAsync(async () => peak = await CaptureAsync(bench, daemon, command));
                cpu.Add((OsFigures.CpuTime(daemon.OsPid) - before).TotalSeconds / (bytes / 1e9));
                disk.Add(peak);
                return bytes / 1e6 / seconds;
            },
            async () =>
            {
                // The same child with the same kind of file, and nobody who looks after it.
                var path = bench.Scratch.Path("bare.log");
                var seconds = await Clock.SecondsAsync(() => bench.Programs.RunAsync(
                    "/bin/sh", ["-c", "file=$1; shift; \"$@\" >>\"$file\"", "sh", path, .. command], cancellationToken: bench.CancellationToken));
                File.Delete(path);
                return bytes / 1e6 / seconds;
            });
        tell(new Row($"captured, {how}", Unit.MegabytesPerSecond, figures[0], "straight to a file, unmanaged", figures[1]));
        tell(new Row($"the manager's CPU for it, {how}", Unit.CpuSecondsPerGigabyte, new Samples(cpu), Target: new Target.Below(0.1)));
        tell(new Row($"largest disk use of the logs, {how}", Unit.Mebibytes, Samples.Of(disk.Max()), Target: new Target.Below(diskLimit)));
    }

    /// <summary>Runs it once as a managed process.</summary>
    /// <returns>The most that the log was seen to take on the disk, in MiB.</returns>
    private static async Task<double> CaptureAsync(Workbench bench, Daemon daemon, string[] command)
    {
        var info = await daemon.Client.CreateAsync(daemon.Spec(command[0], command[1..]), cancellationToken: bench.CancellationToken);
        var ended = daemon.Client.WaitAsync(info.Id, cancellationToken: bench.CancellationToken);
        var peak = 0.0;
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, LogDisk(daemon, info.Id));
            await Task.WhenAny(ended, Task.Delay(5, bench.CancellationToken));
        }

        if ((await ended).Reason != EndReason.Completed)
        {
            throw new BenchException($"The child that writes ended with {(await ended).Reason}: {(await ended).LastErrorLines}");
        }

        await daemon.Client.RemoveAsync(info.Id, cancellationToken: bench.CancellationToken);
        return peak;
    }

    private static double LogDisk(Daemon daemon, ProcessId id) =>
        Directory.EnumerateDirectories(daemon.Folder, id.Value, SearchOption.AllDirectories).Sum(OsFigures.DiskUse);
}
