namespace ProcessManager.Cluster;

/// <summary>What a partition's members have to be told of the nodes that they are on.</summary>
internal sealed class NodeWatch(INodeTable table)
{
    private HashSet<NodeNews> _reachable = [];

    /// <summary>How many there are, at least one.</summary>
    public int Count => Math.Max(1, table.Nodes.Count);

    /// <summary>What is to be said to a member of its node; null: nothing, or nothing new.</summary>
    public NodeNews? For(Member member) =>
        !member.Quiet && member.Info?.Node is { } node && Of(node) is { } news && news != member.Told ? news : null;

    /// <summary>A process on a node that can be reached has nothing to be told of it when it begins something there.</summary>
    public void BeginsThere(Member member) => member.Told = member.Info?.Node is { } node && Of(node) is { Incarnation: not null } news ? news : null;

    /// <summary>Whether a silo went since this was asked last: with it went whatever was on it.</summary>
    public bool SomeSiloWent()
    {
        if (table.Nodes.Count == 0)
        {
            return false;
        }

        var before = _reachable;
        _reachable = [.. table.Nodes.Select(node => Of(node.Info.Name)).OfType<NodeNews>().Where(news => news.Incarnation is not null)];
        return !before.IsSubsetOf(_reachable);
    }

    /// <summary>An empty table: nothing is known yet.</summary>
    private NodeNews? Of(string node) => table.Nodes.Count == 0 ? null : NodeNews.Of(node, table.Find(node));
}
