using ProcessManager.Cluster.Tests.Contract;
using ProcessManager.Contract;

[assembly: AssemblyFixture(typeof(SharedSilos))]

namespace ProcessManager.Cluster.Tests.Contract;

/// <summary>Three silos in processes of their own on PostgreSQL, asked in both ways there are. Started by the first who needs them.</summary>
public sealed class SharedSilos : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private SiloCluster? _cluster;

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_cluster is { } cluster)
        {
            await cluster.DisposeAsync();
        }
    }

    internal async Task<SiloCluster> ClusterAsync(SharedPostgres postgres)
    {
        await _turn.WaitAsync();
        try
        {
            return _cluster ??= await SiloCluster.StartAsync(await postgres.ServerAsync(), 3);
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>An app's client, to all of them.</summary>
public sealed class OrleansHost(SharedSilos silos, SharedPostgres postgres) : IManagerHost, IAsyncLifetime
{
    public IProcessManager Manager { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Manager = (await silos.ClusterAsync(postgres)).Manager;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The HTTP API of one of them.</summary>
public sealed class SiloHttpHost(SharedSilos silos, SharedPostgres postgres) : IManagerHost, IAsyncLifetime
{
    public IProcessManager Manager { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Manager = (await silos.ClusterAsync(postgres)).Silos[0].Http;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
