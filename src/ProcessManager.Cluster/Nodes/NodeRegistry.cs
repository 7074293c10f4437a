namespace ProcessManager.Cluster;

/// <summary>The row that the registry of nodes is kept in.</summary>
internal sealed record NodeRegistry
{
    public ValueList<NodeRecord> Nodes { get; init; } = [];
}
