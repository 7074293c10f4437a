using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>Relays what callers outside of the silos want of a machine. Reentrant: many wait for output at the same time.</summary>
[StatelessWorker(1)]
[Reentrant]
internal sealed class NodeDoorGrain(SupervisorDoors doors, Placer placer, INodeTable table, Node here) : Grain, INodeDoorGrain
{
    public Task<Placement> PlaceAsync(ProcessSpec spec, string? present) => Task.FromResult(placer.Choose(spec, present));

    public Task<ValueList<NodeInfo>> NodesAsync() => Task.FromResult<ValueList<NodeInfo>>([.. table.Nodes.Select(node => node.Info)]);

    public Task<SiloHealth> HealthAsync() => Task.FromResult(new SiloHealth(here.State, here.StorageProblem));

    public Task<Answer<AttachTarget>> TargetAsync(int osPid) => AskAsync(door => door.TargetAsync(osPid));

    public Task<Answer<bool>> WriteStdinAsync(ProcessId id, Epoch epoch, byte[] data, bool close) => AskAsync(door => door.WriteStdinAsync(id, epoch, data, close));

    public Task<Answer<bool>> ResizeTerminalAsync(ProcessId id, Epoch epoch, TerminalSize size) => AskAsync(door => door.ResizeTerminalAsync(id, epoch, size));

    public Task<Answer<OsStatus>> StatusAsync(ChildIdentity child) => AskAsync(door => door.StatusAsync(child));

    public Task<Answer<ValueMap<TreeMetrics>>> MeasureAsync(ValueList<ProcessId> ids, bool withDescriptors) => AskAsync(door => door.MeasureAsync(ids, withDescriptors));

    public Task<Answer<string>> PutInputAsync(byte[] data) => AskAsync(door => door.PutInputAsync(data));

    public Task<Answer<bool>> DropInputAsync(string path) => AskAsync(door => door.DropInputAsync(path));

    public Task<Answer<bool>> HoldPipeAsync(Guid pipe, bool open) => AskAsync(door => door.HoldPipeAsync(pipe, open));

    public Task<Answer<RunOutput>> ReadOutputAsync(ProcessId id, Epoch epoch) => AskAsync(door => door.ReadOutputAsync(id, epoch));

    public Task<Answer<Guid>> OpenLogsAsync(ProcessId id, LogQuery query) => AskAsync(door => door.OpenLogsAsync(id, query));

    public Task<Answer<LogPage>> NextLogsAsync(Guid session, long page) => AskAsync(door => door.NextLogsAsync(session, page));

    public Task CloseLogsAsync(Guid session) => AskAsync(async door =>
    {
        await door.CloseLogsAsync(session);
        return Answer.Of(true);
    });

    private async Task<Answer<T>> AskAsync<T>(Func<IMachineDoor, Task<Answer<T>>> ask)
    {
        var node = this.GetPrimaryKeyString();
        try
        {
            return await ask(doors.Of(node));
        }
        catch (ProcessManagerException away)
        {
            return new Answer<T>(default, new ErrorInfo(away.Code, away.Message));
        }
        catch (Exception lost) when (lost is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException)
        {
            return new Answer<T>(default, new ErrorInfo(ErrorCode.NodeUnavailable, $"The node \"{node}\" can't be reached just now: {lost.Message}"));
        }
    }
}
