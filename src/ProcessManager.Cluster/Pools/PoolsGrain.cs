using Orleans;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>Which pools there are, so that they can be listed.</summary>
internal sealed class PoolsGrain([PersistentState(PoolNames.Row, ClusterStorage.Name)] IPersistentState<PoolNames> row) : Grain, IPoolsGrain
{
    public Task<ValueList<string>> NamesAsync() => Task.FromResult(row.State.Names);

    public Task<Answer<bool>> AddAsync(string name) =>
        WriteAsync(row.State.Names.Contains(name) ? row.State.Names : [.. row.State.Names.Append(name).Order(StringComparer.Ordinal)]);

    public Task<Answer<bool>> RemoveAsync(string name) => WriteAsync([.. row.State.Names.Where(each => each != name)]);

    private Task<Answer<bool>> WriteAsync(ValueList<string> names) => Answer.OfAsync(async () =>
    {
        if (names.Equals(row.State.Names))
        {
            return true;
        }

        try
        {
            row.State = new PoolNames { Names = names };
            await row.WriteStateAsync();
            return true;
        }
        catch (Exception failure)
        {
            // What is written isn't known: the next activation reads it.
            DeactivateOnIdle();
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"The names of the pools can't be written: {failure.Message}", failure);
        }
    });
}
