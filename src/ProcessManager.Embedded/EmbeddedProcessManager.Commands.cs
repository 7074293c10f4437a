namespace ProcessManager.Embedded;

/// <content>Commands: one-off processes whose result is the answer.</content>
public sealed partial class EmbeddedProcessManager
{
    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var engine = Starting;
        using var file = input is { } bytes ? await engine.Inputs.WriteAsync(bytes, cancellationToken) : null;
        var entity = await DeclareCheckedAsync(file is null ? spec : spec with { Stdin = file.Spec }, start: true, oneOff: true);
        return await ProcessCalls.RunAsync(entity, entity.View, ReadOutputOf(entity), cancellationToken);
    }

    public async Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var engine = Starting;
        PipeRules.Check(pipe);
        foreach (var stage in pipe.Stages)
        {
            Check(stage);
        }

        using var file = input is { } bytes ? await engine.Inputs.WriteAsync(bytes, cancellationToken) : null;
        var asked = file is null ? pipe : pipe with { Stages = [pipe.Stages[0] with { Stdin = file.Spec }, .. pipe.Stages.Skip(1)] };
        var joints = engine.Supervisor.Joints;
        return await PipeCalls.RunAsync(
            asked,
            new PipeGround(
                async (spec, stage) =>
                {
                    var entity = await DeclareAsync(spec, start: true, oneOff: true, job: null, stage);
                    return (entity, entity.View);
                },
                id => Done(() => joints.Open(id)),
                id => Done(() => joints.Close(id)),
                id => ReadOutputOf(engine.Find(id))),
            cancellationToken);

        static Task Done(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }

    public async Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default)
    {
        var entity = Running.Find(id);
        return await ProcessCalls.ResultAsync(entity, wait, ReadOutputOf(entity), cancellationToken);
    }

    public Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default)
    {
        var size = TerminalSize.Of(columns, rows);
        var engine = Running;
        engine.Supervisor.ResizeTerminal(id, engine.Find(id).State.Epoch, size);
        return Task.CompletedTask;
    }

    public async Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var state = engine.Find(id).State;
        if (state is not { Child: not null, Phase: Phase.Running or Phase.Starting })
        {
            throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no child that could read; its phase is {state.Phase}.");
        }

        await engine.Supervisor.WriteStdinAsync(id, state.Epoch, data, close, cancellationToken);
    }

    private Func<ProcessState, Epoch, Task<RunOutput>> ReadOutputOf(ProcessEntity entity)
    {
        var machine = Running.Machine;
        return (_, attempt) => Task.FromResult(machine.ReadOutput(entity.Id, attempt));
    }
}
