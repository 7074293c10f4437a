using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ProcessManager.Cluster.Tests;

/// <summary>Three silos with event logs. A test may use a log of its own: the key says which.</summary>
public class LogCluster : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString();
    private long _lastKey = 100;

    protected virtual int Kept => 100_000;

    /// <summary>Where the rows are; null: in memory.</summary>
    public string? Database { get; init; }

    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    internal SharedRows Rows => SharedRows.Of(_key);

    internal IEventLogGrain NewLog() => Grains.GetGrain<IEventLogGrain>(Interlocked.Increment(ref _lastKey));

    internal EventClient Client => new(Grains, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        var builder = new TestClusterBuilder(3);
        builder.Properties["rows"] = _key;
        builder.Properties["database"] = Database;
        builder.Properties["kept"] = Kept.ToString(CultureInfo.InvariantCulture);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Outside>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            var rows = SharedRows.Of(siloBuilder.Configuration["rows"]!);
            var kept = int.Parse(siloBuilder.Configuration["kept"]!, CultureInfo.InvariantCulture);
            siloBuilder.Services.AddClusterSerialization();
            if (siloBuilder.Configuration["database"] is { Length: > 0 } database)
            {
                siloBuilder.AddAdoNetGrainStorage(ClusterStorage.Name, options =>
                {
                    (options.Invariant, options.ConnectionString, options.DeleteStateOnClear) = ("Npgsql", database, true);
                });
            }
            else
            {
                siloBuilder.Services.AddKeyedSingleton<IGrainStorage>(ClusterStorage.Name, rows);
            }

            siloBuilder.Configure<EventLogOptions>(options => options.Kept = kept);
            siloBuilder.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
        }
    }

    private sealed class Outside : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) => clientBuilder.Services.AddClusterSerialization();
    }
}

/// <summary>A log that keeps little.</summary>
public sealed class ShortLogCluster : LogCluster
{
    protected override int Kept => 256;
}
