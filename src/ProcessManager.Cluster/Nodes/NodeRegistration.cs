using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

internal static class NodeRegistration
{
    /// <summary>Makes the silo's machine a node.</summary>
    public static void AddNode(this ISiloBuilder silo, NodeOptions options)
    {
        var services = silo.Services;
        services.TryAddSingleton(provider => new MillisecondClock(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton(options);
        services.AddSingleton<NodeSurroundings>();
        services.AddSingleton<NodeTable>();
        services.AddSingleton<INodeTable>(provider => provider.GetRequiredService<NodeTable>());
        services.AddSingleton<MembershipWatch>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<Node>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<Node>());
        services.AddSingleton<SupervisorDoors>();
        silo.AddGrainService<SupervisorService>();
    }
}
