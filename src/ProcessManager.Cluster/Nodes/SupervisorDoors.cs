using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace ProcessManager.Cluster;

/// <summary>The machines of all nodes, by their names.</summary>
internal sealed class SupervisorDoors(IServiceProvider services, INodeTable table, Node here) : GrainServiceClient<ISupervisorService>(services)
{
    /// <exception cref="ProcessManagerException">NodeUnavailable: it is away, or was never seen.</exception>
    public ISupervisorDoor Of(string node)
    {
        if (node == here.Name)
        {
            return here.Door;
        }

        return table.Find(node) switch
        {
            { Silo: { } silo } => GetGrainService(SiloAddress.FromParsableString(silo)),
            { Info.Since: var since } => throw new ProcessManagerException(ErrorCode.NodeUnavailable, $"The node \"{node}\" is away since {TimeText.Of(since)}."),
            null => throw new ProcessManagerException(ErrorCode.NodeUnavailable, $"No node \"{node}\" is known."),
        };
    }

    /// <inheritdoc cref="ISupervisorDoor.HandOverAsync"/>
    /// <exception cref="ProcessManagerException">NodeUnavailable. Another exception: it isn't known whether it arrived.</exception>
    public async Task HandOverAsync(string node, ProcessId id, Epoch epoch, SupervisorCommand command) => await Of(node).HandOverAsync(id, epoch, command);

    /// <inheritdoc cref="ISupervisorDoor.AskTokenAsync"/>
    /// <exception cref="ProcessManagerException">As <see cref="HandOverAsync"/>.</exception>
    public async Task AskTokenAsync(string node, ProcessId id, Epoch epoch) => await Of(node).AskTokenAsync(id, epoch);

    /// <inheritdoc cref="ISupervisorDoor.DropLogsAsync"/>
    /// <exception cref="ProcessManagerException">As <see cref="HandOverAsync"/>.</exception>
    public async Task DropLogsAsync(string node, ProcessId id, Epoch keep) => await Of(node).DropLogsAsync(id, keep);

    /// <inheritdoc cref="ISupervisorDoor.CheckAsync"/>
    /// <exception cref="ProcessManagerException">As <see cref="HandOverAsync"/>.</exception>
    public async Task<ValueList<Fault>> CheckAsync(string node, ProcessSpec spec) => await Of(node).CheckAsync(spec);
}
