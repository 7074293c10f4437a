namespace ProcessManager.Cluster;

/// <summary>
/// Chooses nodes for this silo's grains. What it has placed since the nodes last said how much they have counts too: the table is up to a second old, and a burst would go to one node.
/// </summary>
internal sealed class Placer(INodeTable table)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _placed = [];
    private ValueList<NodeRecord> _seen = [];

    public Placement Choose(ProcessSpec spec, string? present)
    {
        lock (_gate)
        {
            var nodes = table.Nodes;
            if (!ReferenceEquals(nodes, _seen))
            {
                _placed.Clear();
                _seen = nodes;
            }

            var placement = PlacementRules.Choose(spec, present, [.. nodes.Select(node => node.Info with { Load = node.Info.Load + _placed.GetValueOrDefault(node.Info.Name) })]);
            if (placement is Placement.On on)
            {
                _placed[on.Node] = _placed.GetValueOrDefault(on.Node) + 1;
            }

            return placement;
        }
    }
}
