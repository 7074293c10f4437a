using ProcessManager.Cluster;

namespace ProcessManager.Silo;

/// <summary>What becomes of the processes of a node when its silo ends: those that live with it, or all, are ended while the cluster still answers.</summary>
/// <param name="Ended">In the order of their ends.</param>
/// <param name="RunningOn">Those that run on and will be adopted by the next silo on the same data directory.</param>
internal sealed record Farewell(IReadOnlyList<ProcessId> Ended, IReadOnlyList<ProcessId> RunningOn)
{
    /// <summary>For a graceful end of the processes; then they are killed.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>For what ran here before to be adopted, when it was told to end before that was done.</summary>
    private static readonly TimeSpan AdoptionPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(5);

    /// <param name="hurry">Kill at once what is still to end.</param>
    public static async Task<Farewell> SayAsync(Node node, IProcessManager manager, bool stopAll, CancellationToken hurry)
    {
        var adopted = await AdoptedAsync(node, hurry);
        var here = node.Here.ToList();
        var ending = stopAll ? here : here.Count == 0 ? [] : await WithSiloAsync(node, manager);
        var ended = ending.Count == 0 ? [] : await EndAsync(node, ending, hurry);
        var left = adopted ? here : here.Union(node.Found);
        return new Farewell(ended, [.. left.Except(ended)]);
    }

    /// <summary>Only then is it known what is here, and can be ended through its processes.</summary>
    private static async Task<bool> AdoptedAsync(Node node, CancellationToken hurry)
    {
        if (!node.Recovered.IsCompleted && node.Found.Any())
        {
            Task adopted = node.Recovered.WaitAsync(AdoptionPatience, hurry);
            await adopted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return node.Recovered.IsCompletedSuccessfully;
    }

    private static async Task<ValueList<ProcessId>> EndAsync(Node node, List<ProcessId> ending, CancellationToken hurry)
    {
        try
        {
            return await node.StopChildrenAsync(ending, Deadline, hurry);
        }
        catch (OperationCanceledException) when (hurry.IsCancellationRequested)
        {
            return await node.StopChildrenAsync(ending, TimeSpan.Zero, CancellationToken.None);
        }
    }

    private static async Task<List<ProcessId>> WithSiloAsync(Node node, IProcessManager manager)
    {
        using var patience = new CancellationTokenSource(ListPatience);
        var found = new List<ProcessId>();
        var query = new ProcessQuery { Node = node.Name, Phases = [Phase.Starting, Phase.Running, Phase.Terminating], Limit = ProcessQuery.MaxLimit };
        try
        {
            do
            {
                var page = await manager.ListAsync(query, patience.Token);
                found.AddRange(page.Items.Where(info => info.Lifetime == Lifetime.WithManager).Select(info => info.Id));
                query = query with { After = page.Next };
            }
            while (query.After is not null);
        }
        catch (Exception e) when (e is OperationCanceledException or ProcessManagerException)
        {
            // The cluster can't say: they are ended all the same, by the machine itself when it is let go, without their stop ladder.
        }

        return found;
    }
}
