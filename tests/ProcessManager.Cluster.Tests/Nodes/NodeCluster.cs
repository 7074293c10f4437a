using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using ProcessManager.Os;

namespace ProcessManager.Cluster.Tests;

/// <summary>Silos with a machine each, on data directories of their own; what their processes answer is scripted (<see cref="ScriptedProcesses"/>).</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("procman-nodes-");
    private readonly InProcessTestCluster _cluster;

    private NodeCluster(short silos, ScriptedProcesses processes)
    {
        Processes = processes;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((silo, orleans) => Configure(silo.SiloName, orleans));
        builder.ConfigureClient(client => client.Services.AddClusterSerialization());
        _cluster = builder.Build();
    }

    public ScriptedProcesses Processes { get; }

    public SharedRows Rows { get; } = SharedRows.Of(Guid.NewGuid().ToString());

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    public IGrainFactory Client => _cluster.Client;

    /// <summary>Changes the options of silos that are started from now on.</summary>
    public Func<NodeOptions, NodeOptions> Options { get; set; } = options => options;

    /// <param name="scripted">Else processes are what they are.</param>
    public static async Task<NodeCluster> StartAsync(short silos = 3, bool scripted = true)
    {
        var cluster = new NodeCluster(silos, new ScriptedProcesses(scripted));
        try
        {
            await cluster._cluster.DeployAsync();
            await cluster.LiveAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static Node NodeOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<Node>();

    public static IProcessManager ManagerOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IProcessManager>();

    public static INodeTable TableOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<INodeTable>();

    public static SupervisorDoors DoorsOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<SupervisorDoors>();

    public static async Task UntilAsync(Func<bool> holds, Func<string> seen)
    {
        var clock = TimeProvider.System;
        for (var began = clock.GetTimestamp(); !holds();)
        {
            clock.GetElapsedTime(began).ShouldBeLessThan(Patience, seen());
            await Task.Delay(20);
        }
    }

    public string DirectoryOf(string silo) => Path.Combine(_root.FullName, silo);

    public Task<InProcessSiloHandle> AddSiloAsync() => _cluster.StartAdditionalSiloAsync();

    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    /// <summary>Every silo sees all of them live.</summary>
    public Task LiveAsync() => UntilAsync(
        () => Silos.All(silo => Silos.All(other => TableOf(silo).Find(NodeOf(other).Name)?.Info.State == NodeState.Live)), Seen);

    public string Seen() => string.Join("; ", Silos.Select(silo =>
        $"{silo.Name}: {string.Join(", ", TableOf(silo).Nodes.Select(node => $"{node.Info.Name} {node.Info.State}"))}"));

    public async ValueTask DisposeAsync()
    {
        // First the machines let go, then what they have left is ended.
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        foreach (var child in Processes.Children)
        {
            using var left = PidFd.Open(child);
            left?.SendSignal(Signal.Kill);
        }

        _root.Delete(recursive: true);
    }

    private void Configure(string name, ISiloBuilder silo)
    {
        silo.Services.AddKeyedSingleton<IGrainStorage>(ClusterStorage.Name, Rows);
        silo.UseInMemoryReminderService();
        silo.AddIncomingGrainCallFilter(Processes.AnswerAsync);
        silo.AddProcessManagerGrains(Options(new NodeOptions { Name = name, DataDirectory = DirectoryOf(name) }));
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        });
    }
}
