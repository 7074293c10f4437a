namespace ProcessManager.Cluster.Tests;

/// <summary>What tests of whole clusters do at their beginning and end.</summary>
internal static class Clusters
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until so many nodes take processes.</summary>
    public static async Task AreLiveAsync(IProcessManager manager, int count) =>
        await Eventually.HoldsAsync(
            async () => (await manager.GetNodesAsync()).Count(node => node.State == NodeState.Live) >= count,
            async () => $"{count} live nodes; there are {string.Join(", ", (await manager.GetNodesAsync()).Select(node => $"{node.Name} {node.State}"))}",
            Limit);

    /// <summary>Kills what still runs: children outlive their silos.</summary>
    public static async Task EndAllAsync(IProcessManager manager)
    {
        var query = new ProcessQuery { Phases = [Phase.Waiting, Phase.Starting, Phase.Running, Phase.BackingOff, Phase.Terminating], Limit = ProcessQuery.MaxLimit };
        while ((await manager.ListAsync(query)).Items is { Count: > 0 } up)
        {
            await Task.WhenAll(up.Select(info => manager.KillAsync(info.Id, wait: true)));
        }
    }
}
