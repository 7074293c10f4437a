namespace ProcessManager;

/// <summary>Where a host keeps its pools: their records, and their lines, which its jobs tell of themselves.</summary>
internal interface IPoolKeeper
{
    Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken);

    /// <exception cref="ProcessManagerException">NotFound.</exception>
    Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken);

    Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes room for so many jobs more; answers the number of the first.</summary>
    /// <exception cref="ProcessManagerException">NotFound; LimitExceeded; InvalidState: the pool is being removed.</exception>
    Task<long> AdmitAsync(string name, int count, CancellationToken cancellationToken);

    /// <summary>Those that were admitted have been made, or couldn't be.</summary>
    /// <param name="first">As <see cref="AdmitAsync"/> answered.</param>
    Task AdmittedAsync(string name, long first);

    /// <summary>Declares a job and opens its run.</summary>
    Task<ProcessInfo> DeclareAsync(ProcessSpec spec, JobPlace place, CancellationToken cancellationToken);

    /// <summary>Gives out no slots while it is held. Of one that is being removed: takes no jobs either, and isn't let go any more.</summary>
    Task HoldAsync(string name, bool held, bool removing, CancellationToken cancellationToken);

    /// <summary>Its record goes.</summary>
    Task ForgetAsync(string name, CancellationToken cancellationToken);
}
