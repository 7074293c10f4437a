using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>What the parts of a node stand in.</summary>
internal sealed record NodeSurroundings(NodeOptions Options, IGrainFactory Grains, ILocalSiloDetails Silo, MillisecondClock Clock, ILoggerFactory Loggers)
{
    public string Name => Options.Name;

    public INodesGrain Registry => Grains.GetGrain<INodesGrain>(0);

    public IProcessGrain Process(ProcessId id) => Grains.Process(id);
}
