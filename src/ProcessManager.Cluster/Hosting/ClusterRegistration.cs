using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
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
        silo.Services.AddSingleton<Placer>();
        silo.Services.AddSingleton<ProcessInstruments>();
        silo.Services.AddSingleton<ProcessSurroundings>();
        silo.Services.AddManager();
        silo.Services.AddSingleton<TemplateStartup>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<TemplateStartup>());
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

    private static void AddManager(this IServiceCollection services)
    {
        services.AddClusterSerialization();
        services.TryAddSingleton(provider => new MillisecondClock(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IProcessManager>(provider =>
            new ClusterProcessManager(
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<MillisecondClock>(), provider.GetService<Node>()?.Name));
    }
}
