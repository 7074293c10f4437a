using Orleans.Configuration;
using Orleans.Hosting;
using ProcessManager.Cluster;

namespace ClientSample;

internal static class Connecting
{
    /// <summary>To a silo on this machine, or to those that a database knows.</summary>
    public static void Connect(this IClientBuilder client, string[] args)
    {
        client.AddProcessManagerClient();
        if (args is not [var connection, ..])
        {
            client.UseLocalhostClustering(serviceId: "procman", clusterId: "procman");
            return;
        }

        client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", connection));
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (args is [_, var cluster, ..] ? cluster : "procman", "procman"));
    }
}
