using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>Registration of a manager on Orleans.</summary>
public static class ClusterRegistration
{
    /// <summary>
    /// Makes the silo a node: it hosts grains of processes, owns the children of its machine, and has an <see cref="IProcessManager"/> for whoever is in it. Clustering, reminders
    /// and a grain storage named <see cref="ClusterStorage.Name"/> are the host's choice; the storage has to delete what is cleared.
    /// </summary>
    public static ISiloBuilder AddProcessManagerGrains(this ISiloBuilder silo, NodeOptions options)
    {
        silo.AddNode(options);
        AddDirectory(silo);
        silo.Services.AddSingleton<Placer>();
        silo.Services.AddSingleton<ProcessInstruments>();
        silo.Services.AddSingleton<ProcessSurroundings>();
        silo.Services.AddManager();
        return silo;
    }

    /// <summary>Gives an app with an Orleans client the <see cref="IProcessManager"/> of the cluster.</summary>
    public static IClientBuilder AddProcessManagerClient(this IClientBuilder client)
    {
        // A silo that hangs answers nothing and closes nothing: only this list says that it is gone. By itself it is a minute old.
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
        client.Services.AddManager();
        return client;
    }

    /// <summary>
    /// Where each grain is, agreed upon by the silos with each change of the membership. By Orleans' own directory a silo that knows of a death may enter its grains, over one that
    /// doesn't know yet, at the dead silo, which still runs: the entry is lost with it, the grain is on a second silo too, and each goes on for good, the registry of nodes for one.
    /// </summary>
    private static void AddDirectory(ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // It is called experimental; the other one is wrong where a silo is declared dead that isn't.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // By itself nothing that was on a dead silo, or entered there, comes up for half a minute, lest the dead one should be alive. If it is, what it writes is refused by the ETags.
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
    }

    private static void AddManager(this IServiceCollection services)
    {
        services.AddClusterSerialization();
        services.TryAddSingleton(provider => new MillisecondClock(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IProcessManager>(provider =>
            new ClusterProcessManager(
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<MillisecondClock>(), provider.GetService<Node>()?.Name));
    }
}
