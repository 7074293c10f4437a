using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>
/// Keeps who the nodes are. Written are names and states, when they change; loads and beats are only remembered. A database that is away doesn't hold up a beat:
/// what changed meanwhile is written later. Only a name that is new waits until it is written.
/// </summary>
[Reentrant]
internal sealed partial class NodesGrain(
    [PersistentState(NodeRegistry.Row, ClusterStorage.Name)] IPersistentState<NodeRegistry> row,
    IClusterMembershipService membership,
    MillisecondClock clock,
    ILogger<NodesGrain> logger) : Grain, INodesGrain
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a silo that the membership doesn't name is believed to be there after its beat: news of a join takes a moment.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<string, NodeRecord> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _beats = new(StringComparer.Ordinal);
    private Task<bool> _written = Task.FromResult(true);
    private bool _behind;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var node in row.State.Nodes)
        {
            _nodes[node.Info.Name] = node;
        }

        this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(LookEvery, LookEvery) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<Answer<ValueList<NodeRecord>>> BeatAsync(NodeRecord node)
    {
        var name = node.Info.Name;
        _nodes.TryGetValue(name, out var known);
        if (known is not null && known.ManagerId != node.ManagerId)
        {
            return Refused(known);
        }

        // What a silo says that has been declared dead says nothing of what comes after it.
        if (!NodeSight.IsGone(node.Silo, membership.CurrentSnapshot, isFresh: true) || node.Info.State == NodeState.Leaving)
        {
            _beats[name] = clock.GetUtcNow();
            _nodes[name] = NodeSight.Seen(node, membership.CurrentSnapshot, isFresh: true, clock.GetUtcNow());
            _behind |= known is null || Lasting(known) != Lasting(_nodes[name]);
        }

        if (known is null && !await TryWriteAsync())
        {
            _nodes.Remove(name);
            return new Answer<ValueList<NodeRecord>>(null, new ErrorInfo(ErrorCode.StorageUnavailable, $"The node \"{name}\" is new, and can't be written down now."));
        }

        return Answer.Of<ValueList<NodeRecord>>([.. _nodes.Values]);
    }

    public Task<Answer<bool>> ForgetAsync(string name) => Answer.OfAsync(async () =>
    {
        if (!_nodes.TryGetValue(name, out var node))
        {
            throw new ProcessManagerException(ErrorCode.NotFound, $"There is no node \"{name}\".");
        }

        if (node.Info.State != NodeState.Away)
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"The node \"{name}\" is {node.Info.State}: only one that is away can be forgotten.");
        }

        _nodes.Remove(name);
        _behind = true;
        if (!await TryWriteAsync())
        {
            _nodes.TryAdd(name, node);
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"That the node \"{name}\" is forgotten can't be written down now.");
        }

        _beats.Remove(name);
        return true;
    });

    private static Answer<ValueList<NodeRecord>> Refused(NodeRecord holder)
    {
        var where = holder.Info.State == NodeState.Away ? "which is away now" : $"at {holder.Info.Address}";
        return new Answer<ValueList<NodeRecord>>(null, new ErrorInfo(
            ErrorCode.AlreadyRunning,
            $"The name \"{holder.Info.Name}\" belongs to another node, {where}: a name stands for one data directory. Start this one with a name of its own (--node NAME)."));
    }

    /// <summary>What is written of a node.</summary>
    private static NodeRecord Lasting(NodeRecord node) => node with { Info = node.Info with { Load = 0, Problems = [] } };

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (name, node) in _nodes.ToList())
        {
            var seen = NodeSight.Seen(node, membership.CurrentSnapshot, _beats.TryGetValue(name, out var beat) && now - beat < Fresh, now);
            if (seen != node)
            {
                _nodes[name] = seen;
                _behind = true;
                LogAway(logger, name);
            }
        }

        if (_behind)
        {
            await TryWriteAsync();
        }
    }

    /// <returns>Whether all that was known when it was asked is written.</returns>
    private async Task<bool> TryWriteAsync()
    {
        // One write at a time: each says what it has read.
        while (!_written.IsCompleted)
        {
            await _written;
        }

        return !_behind || await (_written = WriteAsync());
    }

    private async Task<bool> WriteAsync()
    {
        _behind = false;
        try
        {
            row.State = new NodeRegistry { Nodes = [.. _nodes.Values.Select(Lasting)] };
            await row.WriteStateAsync();
            return true;
        }
        catch (InconsistentStateException)
        {
            // Another activation has written: what it knows counts, and the next beat reaches one that has read it.
            _behind = true;
            DeactivateOnIdle();
            return false;
        }
        catch (Exception e)
        {
            _behind = true;
            LogUnwritten(logger, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node {Name} is away")]
    private static partial void LogAway(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The registry of nodes can't be written: {Why}")]
    private static partial void LogUnwritten(ILogger logger, string why);
}
