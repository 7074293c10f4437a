namespace ProcessManager;

/// <summary>
/// What a host gives to the calls that are about several processes, beside its <see cref="IProcessManager"/>: parts of create and update without the look at what a spec
/// depends on, which is made once for all of them.
/// </summary>
internal interface IManyProcesses
{
    IProcessManager Manager { get; }

    TimeProvider Clock { get; }

    IProcessDoor Door(ProcessId id);

    /// <summary>Null where there is no such process.</summary>
    Task<ProcessSpec?> FindSpecAsync(ProcessId id, CancellationToken cancellationToken);

    /// <summary>Makes a record, without starting it.</summary>
    Task<ProcessInfo> DeclareAsync(ProcessSpec spec, CancellationToken cancellationToken);

    /// <summary>Changes one that is there.</summary>
    Task<ProcessInfo> ChangeAsync(ProcessSpec spec, CancellationToken cancellationToken);

    /// <summary>What is wrong with the spec, as far as it can be seen without making anything.</summary>
    IReadOnlyList<Fault> Check(ProcessSpec spec);
}
