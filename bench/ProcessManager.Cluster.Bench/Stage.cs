using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Cluster.Tests;
using ProcessManager.Embedded;

namespace ProcessManager.Bench;

/// <summary>The hosts that are measured, in a directory that goes with them.</summary>
/// <param name="quick">To see that it works, not for figures.</param>
internal sealed class Stage(PostgresServer postgres, bool quick) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-cluster-bench-");

    public string Folder => _folder.FullName;

    public int Size(int full, int small) => quick ? small : full;

    public async Task<EmbeddedProcessManager> EmbeddedAsync()
    {
        var manager = new EmbeddedProcessManager(
            new EmbeddedOptions { DataDirectory = Path.Combine(Folder, Guid.NewGuid().ToString("N")[..8]) }, NullLoggerFactory.Instance);
        await manager.StartAsync(CancellationToken.None);
        return manager;
    }

    public Task<Silos> InMemoryAsync(int silos) => Silos.StartAsync(silos, null, _folder);

    public async Task<(Silos Silos, string Database)> OnPostgresAsync(int silos)
    {
        var database = await postgres.CreateClusterAsync("bench");
        return (await Silos.StartAsync(silos, database, _folder), database);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
