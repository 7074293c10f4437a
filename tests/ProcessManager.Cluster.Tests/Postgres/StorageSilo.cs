using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;

namespace ProcessManager.Cluster.Tests;

/// <summary>A silo with Orleans' own providers on a fresh database: what they do with our tables and queries is under test.</summary>
internal sealed class StorageSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private StorageSilo(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<StorageSilo> StartAsync(SharedPostgres postgres)
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync("storage");
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("storage", "storage"))
            .Configure<EndpointOptions>(options =>
                (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (IPAddress.Loopback, PostgresServer.FreePort(), PostgresServer.FreePort()))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database))
            .AddAdoNetGrainStorage("keeping", options => Store(options, database, deletes: false))
            .AddAdoNetGrainStorage("deleting", options => Store(options, database, deletes: true)));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return new StorageSilo(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public IGrainStorage Storage(string name) => Services.GetRequiredKeyedService<IGrainStorage>(name);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static void Store(AdoNetGrainStorageOptions options, string database, bool deletes)
    {
        options.Invariant = "Npgsql";
        options.ConnectionString = database;
        options.DeleteStateOnClear = deletes;
        options.GrainStorageSerializer = new PlainJson();
    }

    private sealed class PlainJson : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input)!;
    }
}
