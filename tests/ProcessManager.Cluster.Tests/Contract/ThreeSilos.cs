using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;
using ProcessManager.Cluster.Tests.Contract;
using ProcessManager.Contract;

// The tests mostly wait for what children do: more of them at once than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: AssemblyFixture(typeof(ThreeSilos))]

namespace ProcessManager.Cluster.Tests.Contract;

/// <summary>Three silos in this process, each with a machine of its own, and a client: what it asks for crosses silos most of the time.</summary>
public sealed class ThreeSilos : IManagerHost, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-cluster-");
    private InProcessTestCluster? _cluster;

    public IProcessManager Manager => _cluster!.Client.ServiceProvider.GetRequiredService<IProcessManager>();

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo((options, silo) => silo
            .AddMemoryGrainStorage(ClusterStorage.Name)
            .UseInMemoryReminderService()
            .AddProcessManagerGrains(new NodeOptions
            {
                Name = options.SiloName,
                DataDirectory = Path.Combine(_folder.FullName, options.SiloName),
                Inheritance = EnvironmentInheritance.All,
                WorkingDirectory = Environment.CurrentDirectory,
            }));
        builder.ConfigureClient(client => client.AddProcessManagerClient());
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await Clusters.AreLiveAsync(Manager, 3);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is { } cluster)
        {
            await Clusters.EndAllAsync(Manager);
            await cluster.StopAllSilosAsync();
            await cluster.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
