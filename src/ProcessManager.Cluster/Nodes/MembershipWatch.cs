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

                // One that shuts down still answers for what is on it: only when it is dead can a partition come up elsewhere. With the last one goes the cluster: nobody is left.
                var living = snapshot.Members.Values.Where(member => member.Status != SiloStatus.Dead).ToDictionary(member => member.SiloAddress);
                if (!alive.IsSubsetOf(living.Keys) && living.Values.Any(member => !member.Status.IsTerminating()))
                {
                    touching = Task.WhenAll(touching, TouchAsync(cancellationToken));
                }

                alive = [.. living.Keys];
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
        var pauses = Pauses.UpToSeconds;
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
