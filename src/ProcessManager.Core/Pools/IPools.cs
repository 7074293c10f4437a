namespace ProcessManager;

/// <summary>
/// Pools of jobs. A job is a one-off process that waits until its pool has a slot for it, so everything that can be done with a process can be done with a job: it is listed by
/// <see cref="ProcessQuery.Pool"/>, called off by stop, and its result is <see cref="IProcessManager.GetResultAsync"/>. The queue outlives the manager, because its jobs do.
/// </summary>
public interface IPools
{
    /// <summary>How many jobs of a pool may wait.</summary>
    const int MostWaiting = 10_000;

    /// <summary>Creates a pool, or changes how many of its jobs run at once.</summary>
    Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken = default);

    Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All pools, by name.</summary>
    Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds jobs, in this order; answers when they wait, or run.</summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec (none was added); LimitExceeded: more would wait than may (none was); AlreadyExists: of keys that are in use, which the message names (the others were added).
    /// </exception>
    Task<IReadOnlyList<ProcessInfo>> AddAsync(string pool, IReadOnlyList<PoolJob> jobs, CancellationToken cancellationToken = default);

    /// <summary>Calls off every job that waits or runs, down the stop ladder; answers when all are told.</summary>
    Task<PoolInfo> CancelAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Answers once nothing waits or runs in it.</summary>
    /// <exception cref="ProcessManagerException">DeadlineExceeded: the timeout passed.</exception>
    Task<PoolInfo> WaitAsync(string name, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Calls off its jobs, and forgets them and the pool.</summary>
    Task RemoveAsync(string name, CancellationToken cancellationToken = default);
}
