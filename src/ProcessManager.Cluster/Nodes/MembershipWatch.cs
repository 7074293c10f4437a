using Orleans;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>
/// Sees the end of a silo when the membership does: its node is away at once, and the partitions of the index that were on it are called up elsewhere, since they wake
/// whom nobody calls.
/// </summary>
internal sealed class MembershipWatch(IClusterMembershipService membership, NodeTable table, IGrainFactory grains, MillisecondClock clock)
{
    private const int TouchTries = 10;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        HashSet<SiloAddress> alive = [];
        var touching = Task.CompletedTask;
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
            {
                table.LookAgain();
                var living = snapshot.Members.Values.Where(member => !member.Status.IsTerminating()).Select(member => member.SiloAddress).ToHashSet();
                // With the last silo goes the cluster; there is nobody to call them up.
                if (living.Count > 0 && !alive.IsSubsetOf(living))
                {
                    touching = Task.WhenAll(touching, TouchAsync(cancellationToken));
                }

                alive = living;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo ends.
        }

        await touching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task TouchAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, IndexPartitions.Count).Select(partition => TouchAsync(partition, cancellationToken)));

    private async Task TouchAsync(int partition, CancellationToken cancellationToken)
    {
        var pauses = default(Pauses);
        for (var left = TouchTries; left > 0; left--)
        {
            try
            {
                await grains.GetGrain<IIndexGrain>(partition).TouchAsync().WaitAsync(cancellationToken);
                return;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The cluster is finding its feet again. Whatever happens here, a reminder brings the partition back within a minute.
                await Task.Delay(pauses.Next(), clock, cancellationToken);
            }
        }
    }
}
