namespace ProcessManager;

/// <summary>One pool of a manager, by its name. It holds nothing but the two.</summary>
public sealed class PoolHandle(IProcessManager manager, string name)
{
    public string Name { get; } = name;

    public IProcessManager Manager { get; } = manager;

    /// <summary>Creates it, or changes how many of its jobs run at once.</summary>
    public Task<PoolInfo> SetAsync(int concurrency = PoolSpec.DefaultConcurrency, CancellationToken cancellationToken = default) =>
        Manager.Pools.SetAsync(new PoolSpec { Name = Name, Concurrency = concurrency }, cancellationToken);

    public Task<PoolInfo> GetAsync(CancellationToken cancellationToken = default) => Manager.Pools.GetAsync(Name, cancellationToken);

    /// <summary>Adds one job.</summary>
    public async Task<ProcessInfo> AddAsync(ProcessSpec spec, string? key = null, int priority = 0, CancellationToken cancellationToken = default) =>
        (await Manager.Pools.AddAsync(Name, [new PoolJob { Key = key, Priority = priority, Spec = spec }], cancellationToken))[0];

    /// <inheritdoc cref="IPools.AddAsync"/>
    public Task<IReadOnlyList<ProcessInfo>> AddAsync(IReadOnlyList<PoolJob> jobs, CancellationToken cancellationToken = default) =>
        Manager.Pools.AddAsync(Name, jobs, cancellationToken);

    /// <summary>A job's process.</summary>
    public ProcessHandle Job(string key) => Manager.Process(PoolJob.IdOf(Name, key));

    /// <summary>What a job came to, once it is over, with its whole output; as data, also when it couldn't start or was called off.</summary>
    public Task<ProcessResult> ResultAsync(string key, CancellationToken cancellationToken = default) => Job(key).ResultAsync(cancellationToken);

    /// <summary>Adds jobs and answers the result of each by its key, once all are over. Cancelling calls them off.</summary>
    public async Task<IReadOnlyDictionary<string, ProcessResult>> RunAsync(IReadOnlyList<PoolJob> jobs, CancellationToken cancellationToken = default)
    {
        var added = await Manager.Pools.AddAsync(Name, jobs, cancellationToken);
        var results = new Dictionary<string, ProcessResult>(StringComparer.Ordinal);
        try
        {
            foreach (var job in added)
            {
                results[job.Job!.Key] = await Manager.GetResultAsync(job.Id, wait: true, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // From the last on: those wait, and would begin in the place of the first.
            foreach (var job in added.Reverse().Where(job => !results.ContainsKey(job.Job!.Key)))
            {
                await Manager.StopAsync(job.Id, options: null, CancellationToken.None);
            }

            throw;
        }

        return results;
    }

    /// <summary>Calls a job off, whether it waits or runs.</summary>
    public Task<ProcessInfo> CancelAsync(string key, CancellationToken cancellationToken = default) => Job(key).StopAsync(cancellationToken: cancellationToken);

    /// <inheritdoc cref="IPools.CancelAsync"/>
    public Task<PoolInfo> CancelAllAsync(CancellationToken cancellationToken = default) => Manager.Pools.CancelAsync(Name, cancellationToken);

    /// <inheritdoc cref="IPools.WaitAsync"/>
    public Task<PoolInfo> WaitAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => Manager.Pools.WaitAsync(Name, timeout, cancellationToken);

    /// <inheritdoc cref="IPools.RemoveAsync"/>
    public Task RemoveAsync(CancellationToken cancellationToken = default) => Manager.Pools.RemoveAsync(Name, cancellationToken);
}
