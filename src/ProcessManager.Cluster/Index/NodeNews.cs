namespace ProcessManager.Cluster;

/// <summary>What there is to say of a node to the processes on it.</summary>
/// <param name="Incarnation">Null: it can't be reached.</param>
internal sealed record NodeNews(string Node, Guid? Incarnation)
{
    /// <summary>Null while there is nothing to say: a node that is joining finds out itself what became of its children.</summary>
    /// <param name="record">Null: nobody knows it, or not any more.</param>
    public static NodeNews? Of(string node, NodeRecord? record) => record?.Info.State switch
    {
        null or NodeState.Away => new NodeNews(node, null),
        NodeState.Live or NodeState.Leaving => new NodeNews(node, record.Incarnation),
        NodeState.Joining => null,
        _ => throw new System.Diagnostics.UnreachableException($"state {record.Info.State}"),
    };
}
