using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests.Contract;

/// <summary>Counts what belongs to this whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class LeavingNothingSpecs
{
    /// <summary><c>PROCMAN_TEST_RUNS</c> says another number, such as the 10,000 of a long test.</summary>
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("PROCMAN_TEST_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 500;

    [Fact]
    public async Task Many_runs_leave_no_descriptor_thread_file_or_zombie()
    {
        var data = Directory.CreateTempSubdirectory("procman-leaves-");
        try
        {
            await using var manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = data.FullName }, NullLoggerFactory.Instance);
            await manager.StartAsync();
            await Run(manager, 100);
            var before = Count(data);

            await Run(manager, Runs);

            // The pool's threads come and go; a leak would be of one for each run, or for a part of them.
            await Patience.Until(
                $"no more than before, which was {before}",
                () => Task.FromResult(Count(data)),
                now => now.Zombies == 0 && now.Descriptors <= before.Descriptors + 4 && now.Threads <= before.Threads + 12 && now.Files <= before.Files + 2);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Task Run(EmbeddedProcessManager manager, int runs) => Parallel.ForEachAsync(
        Enumerable.Range(0, runs), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancel) =>
        {
            var spec = (number % 3) switch { 0 => Scripts.Exits(0), 1 => Scripts.Exits(3), _ => Scripts.Signals(Signal.Kill) };
            var result = await manager.RunAsync(spec, cancellationToken: cancel);
            await manager.RemoveAsync(result.Id, cancellationToken: cancel);
        });

    private static (int Descriptors, int Threads, int Files, int Zombies) Count(DirectoryInfo data) => (
        Directory.GetFileSystemEntries("/proc/self/fd").Length,
        Directory.GetDirectories("/proc/self/task").Length,
        data.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Count(),
        Zombies());

    private static int Zombies() => Directory.GetDirectories("/proc").Count(directory =>
    {
        try
        {
            var stat = char.IsAsciiDigit(Path.GetFileName(directory)[0]) ? File.ReadAllText(Path.Combine(directory, "stat")) : "";
            return stat.LastIndexOf(')') is > 0 and var name && stat[(name + 2)..].Split(' ') is ["Z", var parent, ..]
                && parent == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has gone meanwhile.
            return false;
        }
    });
}
