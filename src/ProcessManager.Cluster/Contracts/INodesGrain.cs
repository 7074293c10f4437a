using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The registry of nodes: there is one such grain, its key is 0. Every silo beats each second and is answered with all nodes.</summary>
internal interface INodesGrain : IGrainWithIntegerKey
{
    /// <summary>AlreadyRunning: the name belongs to another data directory.</summary>
    Task<Answer<ValueList<NodeRecord>>> BeatAsync(NodeRecord node);

    /// <summary>Of a node that is away. NotFound; InvalidState: it isn't away; StorageUnavailable: it is still known.</summary>
    Task<Answer<bool>> ForgetAsync(string name);
}

/// <summary>A node as the silos know it.</summary>
/// <param name="Info">What users see of it.</param>
/// <param name="Silo">The address of its silo, as Orleans writes it (parsable); null: it has none now.</param>
/// <param name="ManagerId">Of its data directory.</param>
/// <param name="Incarnation">Made anew at each start of its silo.</param>
internal sealed record NodeRecord(NodeInfo Info, string? Silo, Guid ManagerId, Guid Incarnation);
