using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The other processes are grains somewhere.</summary>
internal sealed class GrainSight(ProcessSurroundings around) : IDependencySight
{
    private readonly ClusterProcessManager _manager = new(around.Grains, around.Clock, node: null);

    public TimeProvider Clock => around.Clock;

    public IProcessDoor Door(ProcessId id) => new GrainDoor(id, around.Grains, around.Clock);

    public async Task<bool> WroteAsync(ProcessId id, string pattern, int run, CancellationToken cancellationToken)
    {
        await foreach (var _ in _manager.ReadLogsAsync(id, new LogQuery { Grep = pattern, Run = run, Follow = true }, cancellationToken))
        {
            return true;
        }

        return false;
    }

    /// <summary>It goes back to where it was, if it can, so that its output stays together.</summary>
    public void Tell(ProcessEntity entity, ProcessOrder.DependencyNews news) => entity.Tell(news with
    {
        Placement = around.Placer.Choose(entity.State.Spec, entity.State.Node ?? (entity.State.FormerNodes is [.., var last] ? last : null)),
    });
}
