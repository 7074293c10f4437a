using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The pools of a cluster, as callers reach them.</summary>
/// <param name="declare">Makes a job and opens its run.</param>
internal sealed class ClusterPools(IGrainFactory grains, TimeProvider clock, Func<ProcessSpec, JobPlace, CancellationToken, Task<ProcessInfo>> declare) : IPoolKeeper
{
    private IPoolsGrain Names => grains.GetGrain<IPoolsGrain>(0);

    public async Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken)
    {
        await AskAsync(() => Names.AddAsync(pool.Name), cancellationToken);
        return await AskAsync(() => grains.Pool(pool.Name).SetAsync(pool.Concurrency), cancellationToken);
    }

    public Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken) => AskAsync(() => Pool(name).InfoAsync(), cancellationToken);

    public async Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var names = await Repeating.UntilAsync(() => Names.NamesAsync(), Repeating.Patience, clock, cancellationToken);
        var pools = await Task.WhenAll(names.Select(name => FindAsync(name, cancellationToken)));
        return [.. pools.OfType<PoolInfo>()];
    }

    public Task<long> AdmitAsync(string name, int count, CancellationToken cancellationToken) => AskAsync(() => Pool(name).AdmitAsync(count), cancellationToken);

    public async Task AdmittedAsync(string name, long first)
    {
        try
        {
            await AskAsync(() => Pool(name).AdmittedAsync(first), CancellationToken.None);
        }
        catch (ProcessManagerException unreachable) when (unreachable.Code == ErrorCode.Unavailable)
        {
            // It takes them for admitted after a while by itself.
        }
    }

    public Task<ProcessInfo> DeclareAsync(ProcessSpec spec, JobPlace place, CancellationToken cancellationToken) => declare(spec, place, cancellationToken);

    public Task HoldAsync(string name, bool held, bool removing, CancellationToken cancellationToken) =>
        AskAsync(() => Pool(name).HoldAsync(held, removing), cancellationToken);

    public async Task ForgetAsync(string name, CancellationToken cancellationToken)
    {
        await AskAsync(() => Pool(name).ForgetAsync(), cancellationToken);
        await AskAsync(() => Names.RemoveAsync(name), cancellationToken);
    }

    private async Task<PoolInfo?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(name, cancellationToken);
        }
        catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // Its maker got no further than its name, or it is being removed.
            return null;
        }
    }

    private IPoolGrain Pool(string name) => ProcessId.TryParse(name, out _) ? grains.Pool(name) : throw PoolRules.NotFound(name);

    private Task<T> AskAsync<T>(Func<Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        Repeating.AnsweredAsync(call, Repeating.Patience, clock, cancellationToken);
}
