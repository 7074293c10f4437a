using System.Collections.Concurrent;

namespace ProcessManager.Cluster;

/// <summary>Ends what runs on a machine, through the processes that it belongs to, before its silo stops.</summary>
internal sealed class ChildrenEnd(NodeSurroundings around)
{
    /// <summary>After SIGKILL to what was left: a child that stays longer hangs in the kernel, and nobody can end it.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<ProcessId> _ended = new();

    /// <summary>Stops the processes; kills what is left at the deadline.</summary>
    /// <returns>Those that ended, in the order of their ends.</returns>
    public async Task<ValueList<ProcessId>> RunAsync(IEnumerable<ProcessId> ids, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var left = ids.ToHashSet();
        await EndAsync(left, new ProcessOrder.Stop(null), deadline, cancellationToken);
        left.ExceptWith(_ended);
        await EndAsync(left, new ProcessOrder.Kill(), AfterKill, cancellationToken);
        return [.. _ended];
    }

    private async Task EndAsync(IEnumerable<ProcessId> ids, ProcessOrder order, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            await Task.WhenAll(ids.Select(id => EndAsync(id, order, patience.Token)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The others are told more firmly, or run on.
        }
    }

    private async Task EndAsync(ProcessId id, ProcessOrder order, CancellationToken cancellationToken)
    {
        var process = around.Process(id);
        var pauses = Pauses.UpToSeconds;
        ProcessView? told = null;
        while (true)
        {
            try
            {
                told ??= (await process.TakeAsync(order).WaitAsync(cancellationToken)).Unwrap();
                var terminated = new ProcessCondition.Terminated(told.State.Epoch.Run);
                if ((await process.UntilAsync(terminated, told.State.CreatedAt, Ask).WaitAsync(cancellationToken)).Unwrap() is not null)
                {
                    break;
                }
            }
            catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
            {
                break;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Its grain can't answer now; the deadline decides how long to ask.
                await Task.Delay(pauses.Next(), around.Clock, cancellationToken);
            }
        }

        _ended.Enqueue(id);
    }
}
