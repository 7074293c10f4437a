using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using ProcessManager.Cluster;
using ProcessManager.Cluster.Tests;

namespace ProcessManager.Bench;

/// <summary>
/// Silos and an app with an Orleans client, all in this process, joined over TCP. What they share is the heap and the pool of threads: on the few cores of one machine
/// processes of their own would be no faster.
/// </summary>
internal sealed class Silos : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public required string Name { get; init; }

    /// <summary>Of the app.</summary>
    public IProcessManager Manager => _hosts[0].Services.GetRequiredService<IProcessManager>();

    public IServiceProvider App => _hosts[0].Services;

    /// <param name="database">Null: grains of one of the silos hold the rows, in memory.</param>
    public static async Task<Silos> StartAsync(int count, string? database, DirectoryInfo folder)
    {
        var silos = new Silos { Name = $"{count} {(count == 1 ? "silo" : "silos")}, {(database is null ? "rows in memory" : "PostgreSQL")}" };
        var ports = Enumerable.Range(0, count).Select(_ => (Silo: PostgresServer.FreePort(), Gateway: PostgresServer.FreePort())).ToList();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var (node, port) = ($"n{i + 1}", ports[i]);
                await silos.HostAsync(host => host.UseOrleans(silo =>
                {
                    silo.Configure<EndpointOptions>(options =>
                        (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (IPAddress.Loopback, port.Silo, port.Gateway));
                    silo.AddProcessManagerGrains(new NodeOptions { Name = node, DataDirectory = Path.Combine(folder.FullName, Guid.NewGuid().ToString("N")[..8]) });
                    if (database is null)
                    {
                        silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, ports[0].Silo)).UseInMemoryReminderService().AddMemoryGrainStorage(ClusterStorage.Name);
                    }
                    else
                    {
                        silo.UseProcessManagerPostgres(database).UseTunedMembership();
                    }
                }));
            }

            await silos.HostAsync(host => host.UseOrleansClient(client =>
                client.UseStaticClustering([.. ports.Select(port => new IPEndPoint(IPAddress.Loopback, port.Gateway))]).AddProcessManagerClient()));
            silos._hosts.Reverse();
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while ((await silos.Manager.GetNodesAsync(limit.Token)).Count(node => node.State == NodeState.Live) < count)
            {
                await Task.Delay(50, limit.Token);
            }

            return silos;
        }
        catch
        {
            await silos.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private async Task HostAsync(Action<HostApplicationBuilder> orleans)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        orleans(builder);
        builder.Services.Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = "bench");
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
    }
}
