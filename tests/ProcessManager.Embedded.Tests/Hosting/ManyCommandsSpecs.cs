using System.Collections.Concurrent;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>Many short runs, many at a time: each end once and right, and nothing left of them.</summary>
[Collection(Alone.Name)]
public sealed class ManyCommandsSpecs(ITestOutputHelper output)
{
    /// <summary>Enough for a leak of one in a hundred to show; ten thousand went as well.</summary>
    private const int Runs = 2_000;

    private const int AtOnce = 16;

    private static readonly Signal[] Signals = [Signal.Kill, Signal.Term, Signal.Hup, new(10), new(6)];

    [Fact]
    public async Task Each_ends_once_and_right_and_nothing_is_held_afterwards()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        await RunAll(manager, 100);
        var before = Holdings.Now();
        var mark = await manager.CreateAsync(new ProcessSpec { Command = "true" }, start: false, Lab.Cancel);

        var began = TimeProvider.System.GetTimestamp();
        var ids = await RunAll(manager, Runs);
        output.WriteLine($"{Runs / TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} runs/s");

        foreach (var id in ids)
        {
            await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Finished, Timeout = Patience.Limit }, Lab.Cancel);
        }

        var ends = await EndsSince(manager, mark.Id);
        ends.Count.ShouldBe(Runs);
        ends.ShouldBeUnique();
        var after = await Patience.Until(
            $"no more held than {before}",
            () => Task.FromResult(Holdings.Now()),
            after => after.Descriptors <= before.Descriptors + 2 && after.Threads <= before.Threads + AtOnce && after.Zombies <= before.Zombies);
        output.WriteLine($"before {before}, after {after}");
        Directory.GetFiles(Path.Combine(lab.Data, "ledger"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.GetFileSystemEntries(Path.Combine(lab.Data, "input")).ShouldBeEmpty();
    }

    private static async Task<ICollection<ProcessId>> RunAll(EmbeddedProcessManager manager, int count)
    {
        var ids = new ConcurrentBag<ProcessId>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Lab.Cancel }, async (i, cancel) =>
        {
            var signal = Signals[i / 3 % Signals.Length];
            var (line, input) = (i % 3) switch
            {
                0 => ($"exit {i % 256}", null),
                1 => ($"kill -{signal.Number} $$", null),
                _ => ("cat", (byte[]?)[1, 2, 3]),
            };
            var result = await manager.RunAsync(new ProcessSpec { Command = line, Shell = true }, input, cancel);
            ids.Add(result.Id);
            var expected = (i % 3) switch
            {
                0 => (i % 256, null, i % 256 == 0 ? EndReason.Completed : EndReason.Failed),
                1 => (128 + signal.Number, (Signal?)signal, EndReason.Signaled),
                _ => (0, null, EndReason.Completed),
            };
            (result.ExitCode!.Value, result.Signal, result.Reason).ShouldBe(expected);
        });
        return [.. ids];
    }

    /// <summary>The ids of all ends that were told since a process was declared and until now.</summary>
    private static async Task<List<ProcessId>> EndsSince(EmbeddedProcessManager manager, ProcessId first)
    {
        var last = await manager.CreateAsync(new ProcessSpec { Command = "true" }, start: false, Lab.Cancel);
        EventType[] types = [EventType.Created, EventType.Exited, EventType.Crashed, EventType.Stopped, EventType.Killed, EventType.TimedOut];
        return await manager.SubscribeAsync(new EventQuery { After = "", Types = [.. types] }, Lab.Cancel)
            .SkipWhile(told => told.Id != first)
            .TakeWhile(told => told.Id != last.Id)
            .Where(told => told.Type != EventType.Created)
            .Select(told => told.Id!.Value)
            .ToListAsync(Lab.Cancel);
    }
}
