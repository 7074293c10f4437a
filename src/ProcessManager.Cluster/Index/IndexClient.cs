using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The index as a whole. A part that doesn't answer, as its silo just died, is asked until it does: a list never has a hole in it.</summary>
internal sealed class IndexClient(IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Metrics are the caller's to add.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec; Unavailable, StorageUnavailable.</exception>
    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > ProcessQuery.MaxLimit)
        {
            throw ProcessManagerException.Invalid([new Fault("limit", $"{query.Limit} is not from 1 to {ProcessQuery.MaxLimit}")]);
        }

        return PageMerge.MergeAsync(IndexPartitions.Count, query.After, query.Limit, info => info.Id.Value, async (partition, after, limit) =>
            (IReadOnlyList<ProcessInfo>)await AskAsync(partition, index => index.ListAsync(query with { After = after, Limit = limit }), cancellationToken));
    }

    /// <summary>All that match, in the order of ids.</summary>
    public async Task<ValueList<ProcessId>> IdsAsync(ProcessQuery query, CancellationToken cancellationToken)
    {
        var ids = await AskAllAsync(index => index.IdsAsync(query), cancellationToken);
        return [.. ids.SelectMany(each => each).OrderBy(id => id.Value, StringComparer.Ordinal)];
    }

    public async Task<IndexCounts> CountAsync(CancellationToken cancellationToken)
    {
        var counts = await AskAllAsync(index => index.CountAsync(), cancellationToken);
        return new IndexCounts(
            counts.Sum(each => each.Total), counts.Sum(each => each.Running), counts.Sum(each => each.Terminating), counts.Sum(each => each.Failed));
    }

    private Task<T[]> AskAllAsync<T>(Func<IIndexGrain, Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, IndexPartitions.Count).Select(partition => AskAsync(partition, call, cancellationToken)));

    private Task<T> AskAsync<T>(int partition, Func<IIndexGrain, Task<Answer<T>>> call, CancellationToken cancellationToken) =>
        Repeating.AnsweredAsync(() => call(grains.GetGrain<IIndexGrain>(partition)), Limit, clock, cancellationToken);
}
