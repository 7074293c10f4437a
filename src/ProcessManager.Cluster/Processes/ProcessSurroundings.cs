using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>What every process grain of a silo needs of its silo.</summary>
internal sealed class ProcessSurroundings(IGrainFactory grains, SupervisorDoors doors, Placer placer, IServiceProvider services, ILogger<ProcessGrain> logger)
{
    public IGrainFactory Grains { get; } = grains;

    public SupervisorDoors Doors { get; } = doors;

    public Placer Placer { get; } = placer;

    public INodeTable Nodes { get; } = services.GetRequiredService<INodeTable>();

    public ILogger Logger { get; } = logger;

    public TimeProvider Clock { get; } = services.GetRequiredService<MillisecondClock>();

    public ProcessInstruments Instruments { get; } = services.GetRequiredService<ProcessInstruments>();

    public IGrainStorage Storage { get; } = services.GetRequiredKeyedService<IGrainStorage>(ClusterStorage.Name);
}
