namespace ProcessManager;

/// <summary>What a host does with single processes; what calls mean for a set of replicas is made of it.</summary>
internal interface ISingleProcesses : IProcessManager
{
    Task<ProcessInfo> CreateOneAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken);

    Task<ProcessInfo> UpdateOneAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken);

    Task<UpdatePlan> PlanOneAsync(ProcessSpec spec, CancellationToken cancellationToken);

    /// <summary>The spec in force, its secrets included.</summary>
    Task<ProcessSpec> WholeSpecAsync(ProcessId id, CancellationToken cancellationToken);
}
