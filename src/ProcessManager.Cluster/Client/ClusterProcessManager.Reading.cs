using System.Runtime.CompilerServices;

namespace ProcessManager.Cluster;

/// <content>Looking: at records through their grains, at children through the door of their node.</content>
internal sealed partial class ClusterProcessManager
{
    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => (await AskAsync(() => Grain(one).InfoAsync(), cancellationToken)).Unwrap(), cancellationToken);

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.GetSpecAsync(id, async one => (await AskAsync(() => Grain(one).SpecAsync(), cancellationToken)).Unwrap(), cancellationToken);

    public async Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default)
    {
        var page = await _index.ListAsync(query, cancellationToken);
        return query.WithMetrics ? page with { Items = await MeasuredAsync(page.Items, cancellationToken) } : page;
    }

    public Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.WaitAsync(Door(one), options, () => GetRunsAsync(one, cancellationToken), _clock, cancellationToken), cancellationToken);

    public IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken = default) =>
        ReadAsync(id, query, cancellationToken);

    public async Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        (await AskAsync(() => Grain(id).RunsAsync(), cancellationToken)).Unwrap();

    public async Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var state = (await Door(id).LookAsync(cancellationToken)).State;
        CheckReachable(state);
        return state switch
        {
            { Child: { } child, Node: { } node } => (await AskAsync(() => Machine(node).StatusAsync(child.Identity), cancellationToken)).Unwrap(),
            { Epoch.Run: 0 } => new OsStatus { State = OsState.Initial },
            _ => new OsStatus { State = OsState.Terminated },
        };
    }

    public async Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var state = (await Door(id).LookAsync(cancellationToken)).State;
        CheckReachable(state);
        var measured = state is { Child: not null, Node: { } node }
            ? (await AskAsync(() => Machine(node).MeasureAsync([id], withDescriptors: true), cancellationToken)).Unwrap()
            : [];
        return measured.TryGetValue(id.Value, out var metrics)
            ? metrics
            : throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no child to measure; its phase is {state.Phase}.");
    }

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken = default) =>
        Notices.Among(_events.SubscribeAsync(query, cancellationToken), query, ListAsync, _clock, cancellationToken);

    public async Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        await AskAsync(() => Machine(AnyNode).NodesAsync(), cancellationToken);

    public async Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default)
    {
        // A node that is away gets nothing new, so that none comes after this look.
        var waiting = await _index.ListAsync(new ProcessQuery { Node = name, Phases = UnderWay, Limit = SomeNamed }, cancellationToken);
        var known = (await GetNodesAsync(cancellationToken)).FirstOrDefault(each => each.Name == name);
        if (waiting.Items.Count > 0 && known?.State == NodeState.Away)
        {
            throw new ProcessManagerException(
                ErrorCode.InvalidState,
                $"Processes wait for the node \"{name}\": {string.Join(", ", waiting.Items.Select(info => info.Id))}{(waiting.Next is null ? "" : ", …")}. Update them to onNodeLost: fail first.");
        }

        (await GrainDoor.OnceAsync(() => _grains.GetGrain<INodesGrain>(0).ForgetAsync(name), cancellationToken)).Unwrap();
    }

    public async Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default)
    {
        var silo = await AskAsync(() => Machine(AnyNode).HealthAsync(), cancellationToken);
        var nodes = await GetNodesAsync(cancellationToken);
        var counts = await CountAsync(silo.StorageProblem, cancellationToken);
        return new ManagerHealth
        {
            Ready = silo.StorageProblem is null && (_node is null ? nodes.Any(each => each.State == NodeState.Live) : silo.State == NodeState.Live),
            Total = counts.Total,
            Running = counts.Running,
            Terminating = counts.Terminating,
            Failed = counts.Failed,
            QueueDepth = 0,
            Problems =
            [
                .. new[] { silo.StorageProblem }.OfType<string>(),
                .. nodes.Where(each => each.State == NodeState.Away).Select(each => $"Node \"{each.Name}\" is away since {each.Since:O}."),
                .. nodes.SelectMany(each => each.Problems.Where(problem => problem != silo.StorageProblem).Select(problem => $"{each.Name}: {problem}")),
            ],
            Version = typeof(IProcessManager).Assembly.GetName().Version!.ToString(3),
            Node = _node,
        };
    }

    /// <summary>What is known to be wrong is told soon, and not only that there was no answer.</summary>
    private async Task<IndexCounts> CountAsync(string? problem, CancellationToken cancellationToken)
    {
        if (problem is null)
        {
            return await _index.CountAsync(cancellationToken);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(CountsWithoutStorage);
        try
        {
            return await _index.CountAsync(patience.Token);
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, problem, e);
        }
    }

    /// <exception cref="ProcessManagerException">NodeUnavailable.</exception>
    private static void CheckReachable(ProcessState state)
    {
        if (state.NodeProblem is { } problem)
        {
            throw new ProcessManagerException(problem.Code, problem.Message);
        }
    }

    private const string AnyNode = "any";

    private const int SomeNamed = 5;

    private static readonly ValueList<Phase> UnderWay = [Phase.Waiting, Phase.Starting, Phase.Running, Phase.BackingOff, Phase.Terminating];

    private static readonly TimeSpan CountsWithoutStorage = TimeSpan.FromSeconds(2);

    private INodeDoorGrain Machine(string node) => _grains.GetGrain<INodeDoorGrain>(node);

    private async Task<IReadOnlyList<ProcessInfo>> MeasuredAsync(IReadOnlyList<ProcessInfo> items, CancellationToken cancellationToken)
    {
        var byNode = items.Where(info => info is { OsPid: not null, Node: not null, Phase: not Phase.Waiting }).ToLookup(info => info.Node!, info => info.Id);
        var measured = await Task.WhenAll(byNode.Select(node => MeasureAsync(node.Key, [.. node], cancellationToken)));
        var all = measured.SelectMany(some => some).ToDictionary();
        return [.. items.Select(info => info.Measured(all.TryGetValue(info.Id.Value, out var metrics) ? metrics : null))];
    }

    /// <summary>A node that can't be reached has no figures; the list comes all the same.</summary>
    private async Task<ValueMap<TreeMetrics>> MeasureAsync(string node, ValueList<ProcessId> ids, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(() => Machine(node).MeasureAsync(ids, withDescriptors: false), cancellationToken);
        return answer.Error?.Code == ErrorCode.NodeUnavailable ? [] : answer.Unwrap();
    }

    private async IAsyncEnumerable<LogChunk> ReadAsync(ProcessId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = (await Door(id).LookAsync(cancellationToken)).State;
        AttachRules.CheckHasOutput(id, state.Attached is not null);
        if (state.Node is not { } node)
        {
            yield break;
        }

        var session = (await AskAsync(() => Machine(node).OpenLogsAsync(id, query), cancellationToken)).Unwrap();
        var some = false;
        try
        {
            for (var page = 0L; ; page++)
            {
                var at = page;
                var read = (await AskAsync(() => Machine(node).NextLogsAsync(session, at), cancellationToken)).Unwrap();
                some |= read.Chunks.Count > 0;
                foreach (var chunk in read.Chunks)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return chunk;
                }

                if (read.Ended && !some)
                {
                    // There was nothing, or the process went, and its logs with it, before they were read: that is NotFound.
                    await Door(id).LookAsync(cancellationToken);
                }

                if (read.Ended)
                {
                    yield break;
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Not waited for: a session that nobody reads from ends by itself.
            Machine(node).CloseLogsAsync(session).Ignore();
        }
    }
}
