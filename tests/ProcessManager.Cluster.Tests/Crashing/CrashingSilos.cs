namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>
/// Three silos in processes of their own with a PostgreSQL of their own, for tests that break them one after another, and with nothing beside them: they look at the whole machine.
/// </summary>
public sealed class CrashingSilos : IAsyncLifetime
{
    private SiloCluster? _cluster;

    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        await Server.DisposeAsync();
    }

    /// <summary>All of them up.</summary>
    internal async Task<SiloCluster> WholeAsync()
    {
        _cluster ??= await SiloCluster.StartAsync(Server, 3);
        await _cluster.MakeWholeAsync();
        return _cluster;
    }

    /// <summary>After a test that failed the next one begins with fresh ones.</summary>
    internal async Task DropAsync()
    {
        if (_cluster is { } cluster)
        {
            _cluster = null;
            await cluster.DisposeAsync();
        }
    }
}

[CollectionDefinition(nameof(CrashingSilos), DisableParallelization = true)]
public sealed class CrashingSilosCollection : ICollectionFixture<CrashingSilos>;
