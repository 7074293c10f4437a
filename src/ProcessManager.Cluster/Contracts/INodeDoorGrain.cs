using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// For callers outside of the silos: relays to the machine of a node. Its key is the node's name; it is a stateless worker, so it answers from the silo that the caller is
/// connected to. NodeUnavailable: the node can't be reached.
/// </summary>
internal interface INodeDoorGrain : IGrainWithStringKey, IMachineDoor
{
    /// <summary>Where a process with this spec would go. The key doesn't matter.</summary>
    [ResponseTimeout("00:00:05")]
    Task<Placement> PlaceAsync(ProcessSpec spec, string? present);

    /// <summary>All nodes. The key doesn't matter.</summary>
    [ResponseTimeout("00:00:05")]
    Task<ValueList<NodeInfo>> NodesAsync();

    /// <summary>How the silo is that answers. The key doesn't matter.</summary>
    Task<SiloHealth> HealthAsync();
}

/// <param name="State">Of its node.</param>
/// <param name="StorageProblem">Null: the database answered it when it was asked last, a few seconds ago.</param>
internal sealed record SiloHealth(NodeState State, string? StorageProblem);
