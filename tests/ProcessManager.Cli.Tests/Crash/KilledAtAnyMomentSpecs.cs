using System.Collections.Concurrent;
using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>
/// A kill -9 between any two steps of a start: decided before the spawn, spawned before it is recorded, recorded; with commands that end
/// at once and leave an effect. There is no orphan, no second copy, and no effect twice.
/// </summary>
public sealed class KilledAtAnyMomentSpecs
{
    private const int Kills = 8;
    private const int AtOnce = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_start_that_was_recorded_has_its_effect_exactly_once()
    {
        await using var daemon = new Daemon();
        var effects = Path.Combine(daemon.Scratch, "effects");
        await File.WriteAllTextAsync(effects, "", Cancel);
        var answered = new ConcurrentBag<ProcessId>();
        var next = 0;
        await daemon.StartAsync();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = answered.Count;
            var creators = Enumerable.Range(0, AtOnce).Select(_ => Create(daemon.Manager, stop.Token)).ToList();

            // Each time a different part of a start is under way when it comes.
            await Patience.Until("some starts", () => answered.Count >= before + (kill * 5));
            await daemon.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(creators);
            await daemon.StartAsync();
        }

        var records = await Settled(daemon);
        var lines = (await File.ReadAllLinesAsync(effects, Cancel)).CountBy(line => line, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        lines.Where(line => line.Value > 1).ShouldBeEmpty("an effect came twice");
        answered.Except(records.Keys).ShouldBeEmpty("a start that was answered is forgotten");
        foreach (var info in records.Values)
        {
            lines.ShouldContainKey($"{info.Id}/1.1", $"no effect of {info}");
            (info.Run, info.Attempt).ShouldBe((1, 1), $"{info}");
            (info.Reason, info.ExitCode).ShouldBeOneOf((EndReason.Completed, 0), (EndReason.Unknown, null));
        }

        lines.Count.ShouldBe(records.Count, "an effect of a process that no record knows");

        async Task Create(IProcessManager manager, CancellationToken stopped)
        {
            while (!stopped.IsCancellationRequested)
            {
                var id = ProcessId.Parse($"effect-{Interlocked.Increment(ref next):D5}");
                try
                {
                    await manager.CreateAsync(
                        Scripts.Shell("echo \"${PROCMAN_RUN#*/}\" >> \"$1\"") with { Id = id, Args = [effects] }, cancellationToken: stopped);
                    answered.Add(id);
                }
                catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or ProcessManagerException { Code: ErrorCode.Unavailable })
                {
                    // The daemon was killed while it was asked: whether it has the process is its to say.
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task Each_start_that_was_recorded_has_exactly_one_child_and_no_child_is_without_a_record()
    {
        await using var daemon = new Daemon();
        var word = $"TEST_WORD={Guid.NewGuid():N}";
        var next = 0;
        await daemon.StartAsync();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var before = Volatile.Read(ref next);
            var creators = Enumerable.Range(0, AtOnce / 2).Select(_ => Create(daemon.Manager, stop.Token)).ToList();
            await Patience.Until("some starts", () => Volatile.Read(ref next) >= before + 1 + kill);
            await daemon.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(creators);
            await daemon.StartAsync();
        }

        var up = await Patience.Until("all that is recorded to run", () => All(daemon), all => all.TrueForAll(info => info.Phase == Phase.Running));
        var children = await Patience.Until(
            "one child for each record", () => Task.FromResult(Leftovers.With(word)), children => children.Count == up.Count);
        children.Select(child => child.Pid).ShouldBe(up.Select(info => info.OsPid!.Value), ignoreOrder: true);

        async Task Create(IProcessManager manager, CancellationToken stopped)
        {
            while (!stopped.IsCancellationRequested)
            {
                var id = ProcessId.Parse($"child-{Interlocked.Increment(ref next):D5}");
                try
                {
                    await manager.CreateAsync(
                        Scripts.Sleeps with { Id = id, Environment = [new(word.Split('=')[0], word.Split('=')[1])] }, cancellationToken: stopped);
                }
                catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or ProcessManagerException { Code: ErrorCode.Unavailable })
                {
                    // As above.
                    return;
                }
            }
        }
    }

    private static async Task<Dictionary<ProcessId, ProcessInfo>> Settled(Daemon daemon)
    {
        var all = await Patience.Until(
            "all that is recorded to end", () => All(daemon), all => all.TrueForAll(info => info.Phase is Phase.Terminated or Phase.Finished));
        return all.ToDictionary(info => info.Id);
    }

    private static async Task<List<ProcessInfo>> All(Daemon daemon)
    {
        var all = new List<ProcessInfo>();
        string? after = null;
        do
        {
            var page = await daemon.Manager.ListAsync(new ProcessQuery { Limit = ProcessQuery.MaxLimit, After = after }, Cancel);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
