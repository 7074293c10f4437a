using System.Collections.Concurrent;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>The machine of this silo, for callers here and (through <see cref="SupervisorService"/>) elsewhere.</summary>
internal sealed class MachineDoor(Machine machine, LogSessions sessions, ReportRelay relay) : ISupervisorDoor
{
    /// <summary>Less than a call between silos may take: who doesn't read its input keeps nobody waiting for ever.</summary>
    private static readonly TimeSpan StdinPatience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, InputFolder.Input> _inputs = new(StringComparer.Ordinal);

    public async Task HandOverAsync(ProcessId id, Epoch epoch, SupervisorCommand command)
    {
        if (command is not SupervisorCommand.Forget)
        {
            machine.Supervisor.HandOver(id, epoch, command);
            return;
        }

        // When this is answered a new process of that name may begin, with the same epochs: nothing that is about the old one may be on its way by then.
        using (machine.Supervisor.Mute(id))
        {
            await relay.DropAsync(id);
            machine.Supervisor.HandOver(id, epoch, command);
        }
    }

    public Task AskTokenAsync(ProcessId id, Epoch epoch)
    {
        machine.Tokens.Ask(id, epoch);
        return Task.CompletedTask;
    }

    public Task DropLogsAsync(ProcessId id, Epoch keep)
    {
        machine.Logs.DropBefore(id, keep);
        return Task.CompletedTask;
    }

    public Task<ValueList<Fault>> CheckAsync(ProcessSpec spec) => Task.FromResult<ValueList<Fault>>([.. machine.Supervisor.Check(spec)]);

    public Task<Answer<AttachTarget>> TargetAsync(int osPid) => Answer.OfAsync(() => Task.FromResult(machine.Supervisor.Target(osPid)));

    public Task<Answer<bool>> WriteStdinAsync(ProcessId id, Epoch epoch, byte[] data, bool close) => Answer.OfAsync(async () =>
    {
        using var patience = new CancellationTokenSource(StdinPatience);
        try
        {
            await machine.Supervisor.WriteStdinAsync(id, epoch, data, close, patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            throw new ProcessManagerException(ErrorCode.DeadlineExceeded, $"{id} didn't read its input within {Durations.Format(StdinPatience)}; a part of it may have arrived.");
        }
    });

    public Task<Answer<bool>> ResizeTerminalAsync(ProcessId id, Epoch epoch, TerminalSize size) => Answer.OfAsync(() =>
    {
        machine.Supervisor.ResizeTerminal(id, epoch, size);
        return Task.FromResult(true);
    });

    public Task<Answer<OsStatus>> StatusAsync(ChildIdentity child) => Task.FromResult(Answer.Of(OsStatusReader.Read(child)));

    public Task<Answer<ValueMap<TreeMetrics>>> MeasureAsync(ValueList<ProcessId> ids, bool withDescriptors)
    {
        var measured = machine.Meter.Measure(withDescriptors, ids);
        return Task.FromResult(Answer.Of(new ValueMap<TreeMetrics>(
            ids.Where(measured.ContainsKey).Distinct().Select(id => KeyValuePair.Create(id.Value, measured[id])))));
    }

    public Task<Answer<string>> PutInputAsync(byte[] data) => Answer.OfAsync(async () =>
    {
        var input = await machine.Inputs.WriteAsync(data, CancellationToken.None);
        var path = input.Spec.Path!;
        _inputs[path] = input;
        return path;
    });

    public Task<Answer<bool>> DropInputAsync(string path)
    {
        var held = _inputs.TryRemove(path, out var input);
        input?.Dispose();
        return Task.FromResult(Answer.Of(held));
    }

    public Task<Answer<bool>> HoldPipeAsync(Guid pipe, bool open) => Answer.OfAsync(() =>
    {
        if (open)
        {
            machine.Supervisor.Joints.Open(pipe);
        }
        else
        {
            machine.Supervisor.Joints.Close(pipe);
        }

        return Task.FromResult(open);
    });

    public Task<Answer<RunOutput>> ReadOutputAsync(ProcessId id, Epoch epoch) => Answer.OfAsync(() => Task.FromResult(machine.ReadOutput(id, epoch)));

    public Task<Answer<Guid>> OpenLogsAsync(ProcessId id, LogQuery query) => Answer.OfAsync(() => Task.FromResult(sessions.Begin(id, query)));

    public Task<Answer<LogPage>> NextLogsAsync(Guid session, long page) => Answer.OfAsync(() => sessions.NextAsync(session, page));

    public Task CloseLogsAsync(Guid session) => sessions.CloseAsync(session);
}
