using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ProcessManager.Cluster.Tests;

/// <summary>Three silos with the index, processes that are as a test says, and storage that outlives silos.</summary>
internal sealed class IndexCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private IndexCluster(Action<IndexOptions> configure)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseInMemoryReminderService();
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
            silo.Services.AddClusterSerialization();
            silo.Services.AddKeyedSingleton<IGrainStorage>(ClusterStorage.Name, Storage);
            silo.Services.AddSingleton(Processes);
            silo.Services.AddSingleton<INodeTable>(Nodes);
            silo.Services.Configure(configure);
            silo.Services.PostConfigure<GrainTypeOptions>(options =>
                options.Classes.RemoveWhere(type => typeof(IProcessGrain).IsAssignableFrom(type) && type != typeof(ProcessStandIn)));
        });
        builder.ConfigureClient(client => client.Services.AddClusterSerialization());
        _cluster = builder.Build();
    }

    public SharedStorage Storage { get; } = new();

    public Processes Processes { get; } = new();

    public KnownNodes Nodes { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    public IndexClient Client => new(Grains, TimeProvider.System);

    /// <param name="configure">Of the index; its times are short already.</param>
    public static async Task<IndexCluster> StartAsync(Action<IndexOptions>? configure = null)
    {
        var cluster = new IndexCluster(options =>
        {
            options.Doubt = TimeSpan.FromMilliseconds(500);
            configure?.Invoke(options);
        });
        await cluster._cluster.DeployAsync();

        // The reminders' table is a grain: on the first silo, which no test kills.
        await cluster.Grains.GetGrain<IIndexGrain>(0).AddAsync(Info(IdsOf(0).First()));
        await cluster._cluster.StartSilosAsync(2);
        await cluster._cluster.WaitForLivenessToStabilizeAsync();
        await cluster._cluster.WaitForClusterManifestToStabilizeAsync();
        return cluster;
    }

    /// <summary>Ids of one partition, in no order.</summary>
    public static IEnumerable<ProcessId> IdsOf(int partition) =>
        Enumerable.Range(0, int.MaxValue).Select(number => ProcessId.Parse($"p{number}")).Where(id => IndexPartitions.Of(id) == partition);

    public static ProcessInfo Info(ProcessId id) => new()
    {
        Id = id,
        Name = id.Value,
        Command = "true",
        Goal = Goal.Up,
        Phase = Phase.Running,
        CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Version = 1,
    };

    public static IndexEntry Busy(ProcessId id) => new(Info(id), WakeAt: null, Quiet: false);

    public static IndexEntry Finished(ProcessId id) =>
        new(Info(id) with { Goal = Goal.Down, Phase = Phase.Finished, Version = 2, EndedAt = Info(id).CreatedAt.AddHours(1) }, WakeAt: null, Quiet: true);

    public static IIndexGrain Of(IGrainFactory grains, ProcessId id) => grains.GetGrain<IIndexGrain>(IndexPartitions.Of(id));

    /// <summary>A process that was created and is as the entry says, also when it is asked.</summary>
    public async Task CreateAsync(IndexEntry entry)
    {
        Processes.Put(entry);
        await TellAsync(entry);
    }

    /// <summary>Tells the index alone.</summary>
    public async Task TellAsync(IndexEntry entry)
    {
        var index = Of(Grains, entry.Info.Id);
        (await index.AddAsync(entry.Info)).Unwrap();
        (await index.UpdateAsync(entry)).Unwrap();
    }

    public async Task<string[]> ListAsync(ProcessQuery? query = null) =>
        [.. (await Client.ListAsync(query ?? new ProcessQuery { Limit = ProcessQuery.MaxLimit }, CancellationToken.None)).Items.Select(info => info.Id.Value)];

    /// <summary>Has a partition become active on the silo with this number (from 0), if it isn't active.</summary>
    public async Task PlaceAsync(int partition, int silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, _cluster.Silos[silo].SiloAddress);
        try
        {
            await Grains.GetGrain<IIndexGrain>(partition).TouchAsync();
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }

        SiloOf(partition).ShouldBe(silo);
    }

    /// <summary>Where a partition is active; null: nowhere.</summary>
    public int? SiloOf(int partition)
    {
        var id = Grains.GetGrain<IIndexGrain>(partition).GetGrainId();
        return _cluster.TryGetGrainContext(id, out var context)
            ? _cluster.Silos.ToList().FindIndex(silo => silo.SiloAddress.Equals(context.Address.SiloAddress))
            : null;
    }

    public Task KillAsync(int silo) => _cluster.KillSiloAsync(_cluster.Silos[silo]);

    /// <summary>In order: what is to be written is written.</summary>
    public Task DeactivateAsync(int partition) => _cluster.DeactivateAsync(Grains.GetGrain<IIndexGrain>(partition));

    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            limit.IsCancellationRequested.ShouldBeFalse($"not within a minute: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}

/// <summary>A table of nodes that a test fills.</summary>
internal sealed class KnownNodes : INodeTable
{
    private volatile ValueList<NodeRecord> _nodes = [];

    public ValueList<NodeRecord> Nodes => _nodes;

    public NodeRecord? Find(string name) => _nodes.FirstOrDefault(node => node.Info.Name == name);

    public void Are(params NodeRecord[] nodes) => _nodes = [.. nodes];

    public static NodeRecord Node(string name, NodeState state, Guid incarnation) =>
        new(new NodeInfo { Name = name, State = state, Since = IndexCluster.Info(ProcessId.Parse("p")).CreatedAt, Cpus = 1 }, null, Guid.Empty, incarnation);
}
