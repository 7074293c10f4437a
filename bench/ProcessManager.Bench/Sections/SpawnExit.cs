using System.Collections;
using System.Globalization;
using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>Start /bin/true and learn of its end, with nothing but the code that touches the OS.</summary>
internal sealed class SpawnExit : ISection
{
    public string Name => "spawn";

    public string Title => "spawn + exit of /bin/true through ProcessManager.Os, two fresh log files each";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        foreach (var width in (int[])[16, 1])
        {
            var count = bench.Size(width == 1 ? 500 : 1000, 200);
            var rounds = bench.Size(7, 3);
            var how = width == 1 ? "one at a time" : $"{width} at once";
            bench.Tell($"{rounds} rounds of {count}, {how}");
            using var loop = new OsLoop(bench.Scratch);
            List<Func<Task<double>>> ways = [() => loop.RunAsync(count, width), () => ForeignLoopAsync(bench, count, width)];
            foreach (var files in (bool[])[true, false])
            {
                if (await bench.Baselines.SpawnLoopAsync(count, width, files, bench.CancellationToken) is { } way)
                {
                    ways.Add(way);
                }
            }

            var figures = await Rounds.MeasureAsync(rounds, ways);
            if (figures.Count > 2)
            {
                tell(new Row($"spawn+exit, {how}", Unit.PerSecond, figures[0], "C loop, two log files", figures[2], new Target.OfBaseline(0.75)));
                tell(new Row($"spawn+exit, {how}", Unit.PerSecond, figures[0], "C loop, no files", figures[3]));
            }

            tell(new Row($"spawn+exit, {how}", Unit.PerSecond, figures[0], "System.Diagnostics.Process, no files", figures[1]));
        }
    }

    private static async Task<double> ForeignLoopAsync(Workbench bench, int count, int width)
    {
        var rate = await bench.Programs.RunAsync(Environment.ProcessPath!, [ForeignLoop.Verb, $"{count}", $"{width}"], cancellationToken: bench.CancellationToken);
        return double.Parse(rate, CultureInfo.InvariantCulture);
    }

    /// <summary>What a supervisor does for each child, and no more: open its logs, spawn it, watch it, let go.</summary>
    private sealed class OsLoop(Scratch scratch) : IDisposable
    {
        private const int Append = 0x400;

        private readonly Spawner _spawner = new(TimeProvider.System);
        private readonly ExitWatcher _ends = new(TimeProvider.System);
        private readonly List<string> _environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];
        private int _next;

        public async Task<double> RunAsync(int count, int width)
        {
            var folder = scratch.NewFolder();
            _next = 0;
            var began = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, width).Select(_ => WorkAsync(folder, count)));
            var rate = count / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            return rate;
        }

        public void Dispose()
        {
            _spawner.Dispose();
            _ends.Dispose();
        }

        private async Task WorkAsync(string folder, int count)
        {
            await Task.Yield();
            for (var number = Interlocked.Increment(ref _next); number <= count; number = Interlocked.Increment(ref _next))
            {
                await OneAsync(folder, number);
            }
        }

        private async Task OneAsync(string folder, int number)
        {
            var stdout = OpenLog($"{folder}/{number}.out");
            var stderr = OpenLog($"{folder}/{number}.err");
            var outcome = await _spawner.SpawnAsync(new SpawnRequest
            {
                Executable = "/bin/true",
                Environment = _environment,
                WorkingDirectory = "/",
                StdoutFd = stdout,
                StderrFd = stderr,
            });
            _ = Libc.Close(stdout);
            _ = Libc.Close(stderr);
            using var child = ((SpawnOutcome.Spawned)outcome).PidFd;
            var ended = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = _ends.Watch(child, ours: true, (status, _) => ended.SetResult(status));
            if (await ended.Task is not ExitStatus.Code(0))
            {
                throw new BenchException("/bin/true failed.");
            }
        }

        private static int OpenLog(string path)
        {
            var fd = Libc.Open(path, Libc.O_WRONLY | Libc.O_CREAT | Append | Libc.O_CLOEXEC, 0x180 /* 0600 */);
            return fd >= 0 ? fd : throw new BenchException($"{path} can't be made.");
        }
    }
}
