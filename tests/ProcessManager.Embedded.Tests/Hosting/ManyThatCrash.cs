using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Many that crash at once, on one machine: counted from what they did, not from what the manager says.</summary>
[Collection(Alone.Name)]
public sealed class ManyThatCrash
{
    private const int Processes = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Five_hundred_crashing_at_once_are_restarted_at_the_machines_rate_and_all_of_them_can_be_stopped()
    {
        var directory = Directory.CreateTempSubdirectory("procman-storm-");
        try
        {
            var options = new EmbeddedOptions { DataDirectory = Path.Combine(directory.FullName, "data"), DefaultLifetime = Lifetime.WithManager };
            await using var manager = new EmbeddedProcessManager(options, NullLoggerFactory.Instance);
            await manager.StartAsync();
            var starts = Path.Combine(directory.FullName, "starts");
            var go = Path.Combine(directory.FullName, "go");

            // They wait for each other, so that they crash together; from then on each crashes at once.
            var spec = new ProcessSpec
            {
                Command = $"echo x >> {starts}; while [ ! -e {go} ]; do sleep 0.5; done; exit 1",
                Shell = true,
                Group = "storm",
                Output = new OutputSpec { Mode = OutputMode.Discard },
                Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.Zero, Max = null },
            };
            await Task.WhenAll(Enumerable.Range(0, Processes).Select(number => manager.CreateAsync(spec with { Id = ProcessId.Parse($"storm-{number}") })));

            var began = Stopwatch.GetTimestamp();
            await File.WriteAllTextAsync(go, "");
            await UntilAsync(() => Count(starts) >= 3 * Processes, () => $"{Count(starts)} starts");
            var elapsed = Stopwatch.GetElapsedTime(began);
            var restarts = Count(starts) - Processes;

            // The write of one that was granted its start may come a moment later than the count: never too many for the time that has passed.
            ((double)restarts).ShouldBeLessThanOrEqualTo(StartBucket.Burst + (StartBucket.PerSecond * (elapsed.TotalSeconds + 1)));

            await Task.WhenAll(Enumerable.Range(0, Processes).Select(number => manager.StopAsync(ProcessId.Parse($"storm-{number}"), new StopOptions { Wait = true })));
            var settled = Count(starts);
            var page = await manager.ListAsync(new ProcessQuery { Group = "storm", Limit = 1000 });
            page.Items.Count.ShouldBe(Processes);
            page.Items.ShouldAllBe(info => info.Goal == Goal.Down && info.OsPid == null);
            page.Items.Sum(info => info.RestartCount).ShouldBeGreaterThanOrEqualTo(settled - Processes);
            (await manager.GetHealthAsync()).Running.ShouldBe(0);
            Count(starts).ShouldBe(settled, "what was stopped is never restarted");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Two bytes for each.</summary>
    private static int Count(string file) => File.Exists(file) ? (int)(new FileInfo(file).Length / 2) : 0;

    private static async Task UntilAsync(Func<bool> enough, Func<string> seen)
    {
        var since = Stopwatch.GetTimestamp();
        while (!enough())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException(seen());
            }

            await Task.Delay(20);
        }
    }
}
