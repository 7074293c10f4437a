using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <inheritdoc/>
internal sealed class NodeTable(IClusterMembershipService membership, MillisecondClock clock) : INodeTable
{
    private readonly Lock _gate = new();
    private ValueList<NodeRecord> _said = [];
    private ValueList<NodeRecord> _seen = [];

    public ValueList<NodeRecord> Nodes => Volatile.Read(ref _seen);

    public NodeRecord? Find(string name) => Nodes.FirstOrDefault(node => node.Info.Name == name);

    /// <summary>Takes what the registry answered.</summary>
    public void Replace(ValueList<NodeRecord> said)
    {
        lock (_gate)
        {
            _said = said;
            Look();
        }
    }

    /// <summary>The membership has changed.</summary>
    public void LookAgain()
    {
        lock (_gate)
        {
            Look();
        }
    }

    private void Look()
    {
        var now = clock.GetUtcNow();
        var before = _seen.ToDictionary(node => node.Info.Name);
        var snapshot = membership.CurrentSnapshot;
        Volatile.Write(ref _seen, [.. _said.Select(said =>
        {
            var seen = NodeSight.Seen(said, snapshot, isFresh: true, now);

            // The registry may still say of this silo that it lives, and says "away since" a moment later than it was seen here.
            return seen.Info.State == NodeState.Away && before.TryGetValue(said.Info.Name, out var last)
                && last.Info.State == NodeState.Away && last.Incarnation == said.Incarnation ? last : seen;
        })]);
    }
}
