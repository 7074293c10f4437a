namespace ProcessManager.Embedded;

/// <summary>What became of the children in an orderly shutdown.</summary>
/// <param name="Ended">Those that were ended, in the order of their ends.</param>
/// <param name="RunningOn">Those that run on and will be adopted by the next manager on the same data directory: the kept ones, and any that SIGKILL didn't end.</param>
public sealed record ShutdownReport(ValueList<ProcessId> Ended, ValueList<ProcessId> RunningOn);

/// <summary>The orderly end: children that live with the manager are stopped, last started first, under one deadline.</summary>
internal static class Shutdown
{
    /// <summary>After SIGKILL to what was left: a child that stays longer hangs in the kernel, and nobody can end it.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    public static async Task<ShutdownReport> RunAsync(Engine engine, TimeSpan deadline, bool force, bool stopAll, CancellationToken cancellationToken)
    {
        // Jobs that wait have no children, and wait on for the next manager.
        engine.Pools.Close();
        var all = engine.Table.After(null)
            .Where(entity => entity.State is { IsUp: true } or { Phase: Phase.Terminating } && SlotNews.Of(entity.State, removed: false) is null or { Use: SlotUse.Holds })
            .ToList();
        var ending = all
            .Where(entity => stopAll || entity.State.Spec.LifetimeOr(engine.Options.DefaultLifetime) == Lifetime.WithManager)
            .OrderByDescending(entity => entity.State.Child?.StartedAt ?? DateTimeOffset.MaxValue)
            .ToList();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        var ended = new List<ProcessId>();
        try
        {
            await Task.WhenAll(ending.Select(entity => EndAsync(entity, new ProcessOrder.Stop(null), ended, limit.Token)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var left = ending.Where(entity => !Terminated(entity.State)).ToList();
            if (!force)
            {
                engine.Pools.Open();
                throw new ProcessManagerException(
                    ErrorCode.DeadlineExceeded, $"Still running after {Durations.Format(deadline)}: {string.Join(", ", left.Select(entity => entity.Id))}.");
            }

            using var last = new CancellationTokenSource(AfterKill);
            await Task.WhenAll(left.Select(entity => EndAsync(entity, new ProcessOrder.Kill(), ended, last.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (ended)
        {
            return new ShutdownReport([.. ended], [.. all.Select(entity => entity.Id).Except(ended)]);
        }
    }

    private static async Task EndAsync(ProcessEntity entity, ProcessOrder order, List<ProcessId> ended, CancellationToken cancellationToken)
    {
        try
        {
            await entity.TakeAsync(order, CancellationToken.None);
        }
        catch (ProcessManagerException gone) when (gone.Code is ErrorCode.NotFound or ErrorCode.StorageFull or ErrorCode.StorageUnavailable)
        {
            // Removed meanwhile; or told to end though it couldn't be written.
        }

        await entity.UntilAsync(Terminated, cancellationToken);
        lock (ended)
        {
            ended.Add(entity.Id);
        }
    }

    private static bool Terminated(ProcessState state) => state.Phase is Phase.Terminated or Phase.Finished or Phase.Created;
}
