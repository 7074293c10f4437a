using Orleans.Services;

namespace ProcessManager.Cluster;

/// <summary>The machine of a node, as grains use it: in this process, or on another silo.</summary>
internal interface ISupervisorDoor : IMachineDoor
{
    /// <summary>Hands a command over to the supervisor; nothing of its outcome is waited for.</summary>
    Task HandOverAsync(ProcessId id, Epoch epoch, SupervisorCommand command);

    /// <summary>Asks for a token for an automatic start; granted by <see cref="IProcessGrain.GrantAsync"/>.</summary>
    Task AskTokenAsync(ProcessId id, Epoch epoch);

    /// <summary>Output of attempts before this one isn't kept any longer.</summary>
    Task DropLogsAsync(ProcessId id, Epoch keep);

    /// <summary>What this machine can't do of a spec.</summary>
    Task<ValueList<Fault>> CheckAsync(ProcessSpec spec);
}

/// <summary>The door to the machine of one silo, addressed by the silo: there is one on each. The machine is the silo process' own.</summary>
internal interface ISupervisorService : IGrainService, ISupervisorDoor
{
}
