namespace ProcessManager.Http;

/// <summary>Pools over HTTP; each call is one route, but for many jobs, which go in parts.</summary>
internal sealed class HttpPools(Asking asking) : IPools
{
    /// <summary>Jobs in one request; its body is bounded.</summary>
    private const int Part = 200;

    public Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<PoolInfo>(() => new HttpRequestMessage(HttpMethod.Put, Path(pool.Name)) { Content = Request.Json(new PoolBody(pool.Concurrency)) }, cancellationToken);

    public Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<PoolInfo>(() => Request.Get(Path(name)), cancellationToken);

    public async Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        await asking.RepeatAsync<PoolInfo[]>(() => Request.Get("/v1/pools"), cancellationToken);

    public async Task<IReadOnlyList<ProcessInfo>> AddAsync(string pool, IReadOnlyList<PoolJob> jobs, CancellationToken cancellationToken = default)
    {
        // Whether all of them are as they should be is known before the first part goes out.
        PoolRules.Named(pool, jobs);
        var added = new List<ProcessInfo>(jobs.Count);
        foreach (var part in jobs.Chunk(Part).DefaultIfEmpty([]))
        {
            added.AddRange(await asking.OnceAsync<ProcessInfo[]>(Request.Post($"{Path(pool)}/jobs", new PoolJobs([.. part])), cancellationToken));
        }

        return added;
    }

    public Task<PoolInfo> CancelAsync(string name, CancellationToken cancellationToken = default) =>
        asking.RepeatAsync<PoolInfo>(() => Request.Post($"{Path(name)}/cancel"), cancellationToken);

    public async Task<PoolInfo> WaitAsync(string name, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        if (timeout <= TimeSpan.Zero)
        {
            throw ProcessManagerException.Invalid([new Fault("timeout", "is not more than zero; leave it out for none")]);
        }

        return await asking.RepeatAsync<PoolInfo>(() => Request.Post($"{Path(name)}/wait", new PoolWaitBody(timeout)), cancellationToken);
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken = default) => Persistence.AskAsync(
        async again =>
        {
            try
            {
                return await asking.DoneAsync(Request.Delete(Path(name)), cancellationToken);
            }
            catch (ProcessManagerException gone) when (again && gone.Code == ErrorCode.NotFound)
            {
                // The first time of asking did it; only its answer was lost.
                return true;
            }
        },
        cancellationToken);

    private static string Path(string name) => $"/v1/pools/{Uri.EscapeDataString(name)}";
}
