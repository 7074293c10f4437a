namespace ProcessManager;

/// <summary>Pools in this process.</summary>
/// <param name="table">Of the manager that runs now.</param>
/// <param name="declare">Makes a job and opens its run.</param>
internal sealed class PoolKeeper(Func<PoolTable> table, Func<ProcessSpec, JobPlace, Task<ProcessEntity>> declare) : IPoolKeeper
{
    public Task<PoolInfo> SetAsync(PoolSpec pool, CancellationToken cancellationToken) => table().SetAsync(pool);

    public Task<PoolInfo> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(table().Get(name));

    public Task<IReadOnlyList<PoolInfo>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(table().All());

    public Task<long> AdmitAsync(string name, int count, CancellationToken cancellationToken) => Task.FromResult(table().Admit(name, count));

    public Task AdmittedAsync(string name, long first)
    {
        table().Admitted(name, first);
        return Task.CompletedTask;
    }

    public async Task<ProcessInfo> DeclareAsync(ProcessSpec spec, JobPlace place, CancellationToken cancellationToken) => (await declare(spec, place)).View.Info;

    public Task HoldAsync(string name, bool held, bool removing, CancellationToken cancellationToken)
    {
        table().Hold(name, held, removing);
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string name, CancellationToken cancellationToken) => table().ForgetAsync(name);
}
