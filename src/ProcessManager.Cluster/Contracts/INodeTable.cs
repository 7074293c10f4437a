namespace ProcessManager.Cluster;

/// <summary>The nodes as this silo knows them: what the registry answered last, corrected at once by what the membership says of their silos. Never waits.</summary>
internal interface INodeTable
{
    /// <summary>All that were ever seen, by name. Empty until the registry answered for the first time.</summary>
    ValueList<NodeRecord> Nodes { get; }

    NodeRecord? Find(string name);

    /// <summary>
    /// Where a process with this spec goes (<see cref="PlacementRules.Choose"/>). What was placed from here in the last moments counts as load
    /// already, so that a burst spreads before the nodes tell of it.
    /// </summary>
    /// <param name="present">Where it is or was; null when it was nowhere yet.</param>
    Placement Place(ProcessSpec spec, string? present);
}
