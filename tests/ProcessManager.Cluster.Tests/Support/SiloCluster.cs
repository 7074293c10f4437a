using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ProcessManager.Cluster.Tests;

/// <summary>Silos that are processes of their own, n1, n2 and so on, joined through a database of theirs, and a client.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private const string ClusterId = "tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-silos-");
    private readonly List<IHost> _clients = [];

    private SiloCluster(string database, int count)
    {
        Database = database;
        Silos = [.. Enumerable.Range(1, count).Select(number => new SiloProcess($"n{number}", Path.Combine(_folder.FullName, $"n{number}"), database, ClusterId))];
    }

    /// <summary>How to connect to its database.</summary>
    public string Database { get; }

    public IReadOnlyList<SiloProcess> Silos { get; }

    /// <summary>Through an Orleans client, which finds its silos in the database.</summary>
    public IProcessManager Manager { get; private set; } = null!;

    public static async Task<SiloCluster> StartAsync(PostgresServer server, int count)
    {
        var cluster = new SiloCluster(await server.CreateClusterAsync(ClusterId), count);
        try
        {
            await Task.WhenAll(cluster.Silos.Select(silo => silo.StartAsync()));
            cluster.Manager = await cluster.ConnectAsync();
            await Clusters.AreLiveAsync(cluster.Manager, count);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public SiloProcess Silo(string node) => Silos.Single(silo => silo.Node == node);

    /// <summary>One more client, of an app of its own.</summary>
    public async Task<IProcessManager> ConnectAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client =>
        {
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", Database));
            client.Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = ClusterId);
            client.AddProcessManagerClient();
        });
        var host = builder.Build();
        _clients.Add(host);
        await host.StartAsync();
        return host.Services.GetRequiredService<IProcessManager>();
    }

    /// <summary>Starts what doesn't run, and waits until all take processes.</summary>
    public async Task MakeWholeAsync()
    {
        await Task.WhenAll(Silos.Where(silo => !silo.Runs).Select(silo => silo.StartAsync()));
        await Clusters.AreLiveAsync(Manager, Silos.Count);
    }

    /// <summary>Silos and children first: they end by force, and need nobody for it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(Silos.Select(silo => silo.DisposeAsync().AsTask()));
        }
        finally
        {
            foreach (var client in _clients)
            {
                await client.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                client.Dispose();
            }

            _folder.Delete(recursive: true);
        }
    }
}
