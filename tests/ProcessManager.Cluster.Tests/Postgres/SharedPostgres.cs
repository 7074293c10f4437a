using ProcessManager.Cluster.Tests;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace ProcessManager.Cluster.Tests;

/// <summary>The server that the tests of the assembly share, each with a database of its own. Who stops it takes a server of his own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    private readonly SemaphoreSlim _turn = new(1);
    private PostgresServer? _server;

    /// <summary>Started by the first who asks, so that tests without a database need none.</summary>
    public async Task<PostgresServer> ServerAsync()
    {
        await _turn.WaitAsync();
        try
        {
            return _server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _turn.Dispose();
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }
}
