namespace ProcessManager.Cluster;

/// <summary>The row that the registry of nodes is kept in.</summary>
internal sealed record NodeRegistry
{
    public const string Row = "nodes";

    public ValueList<NodeRecord> Nodes { get; init; } = [];
}
