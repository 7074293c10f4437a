using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>Lets other silos through to this one's machine.</summary>
internal sealed class SupervisorService(GrainId id, Silo silo, ILoggerFactory loggers, Node node) : GrainService(id, silo, loggers), ISupervisorService
{
    public Task HandOverAsync(ProcessId id, Epoch epoch, SupervisorCommand command) => node.Door.HandOverAsync(id, epoch, command);

    public Task AskTokenAsync(ProcessId id, Epoch epoch) => node.Door.AskTokenAsync(id, epoch);

    public Task DropLogsAsync(ProcessId id, Epoch keep) => node.Door.DropLogsAsync(id, keep);

    public Task<ValueList<Fault>> CheckAsync(ProcessSpec spec) => node.Door.CheckAsync(spec);

    public Task<Answer<AttachTarget>> TargetAsync(int osPid) => node.Door.TargetAsync(osPid);

    public Task<Answer<bool>> WriteStdinAsync(ProcessId id, Epoch epoch, byte[] data, bool close) => node.Door.WriteStdinAsync(id, epoch, data, close);

    public Task<Answer<bool>> ResizeTerminalAsync(ProcessId id, Epoch epoch, TerminalSize size) => node.Door.ResizeTerminalAsync(id, epoch, size);

    public Task<Answer<OsStatus>> StatusAsync(ChildIdentity child) => node.Door.StatusAsync(child);

    public Task<Answer<ValueMap<TreeMetrics>>> MeasureAsync(ValueList<ProcessId> ids, bool withDescriptors) => node.Door.MeasureAsync(ids, withDescriptors);

    public Task<Answer<string>> PutInputAsync(byte[] data) => node.Door.PutInputAsync(data);

    public Task<Answer<bool>> DropInputAsync(string path) => node.Door.DropInputAsync(path);

    public Task<Answer<bool>> HoldPipeAsync(Guid pipe, bool open) => node.Door.HoldPipeAsync(pipe, open);

    public Task<Answer<RunOutput>> ReadOutputAsync(ProcessId id, Epoch epoch) => node.Door.ReadOutputAsync(id, epoch);

    public Task<Answer<Guid>> OpenLogsAsync(ProcessId id, LogQuery query) => node.Door.OpenLogsAsync(id, query);

    public Task<Answer<LogPage>> NextLogsAsync(Guid session, long page) => node.Door.NextLogsAsync(session, page);

    public Task CloseLogsAsync(Guid session) => node.Door.CloseLogsAsync(session);
}
