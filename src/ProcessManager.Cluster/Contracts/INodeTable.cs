namespace ProcessManager.Cluster;

/// <summary>The nodes as this silo knows them: what the registry answered last, corrected at once by what the membership says of their silos. Never waits.</summary>
internal interface INodeTable
{
    /// <summary>All that were ever seen, by name. Empty until the registry answered for the first time.</summary>
    ValueList<NodeRecord> Nodes { get; }

    NodeRecord? Find(string name);
}
