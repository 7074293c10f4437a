namespace ProcessManager.Embedded;

/// <content>Commands: one-off processes whose result is the answer.</content>
public sealed partial class EmbeddedProcessManager
{
    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var engine = Starting;
        using var file = input is { } bytes ? await engine.Inputs.WriteAsync(bytes, cancellationToken) : null;
        var entity = await DeclareAsync(file is null ? spec : spec with { Stdin = file.Spec }, start: true, oneOff: true);
        var run = entity.State.Epoch.Run;
        try
        {
            await ProcessCalls.StartedAsync(entity, entity.View, cancellationToken);
            var view = await entity.UntilAsync(new ProcessCondition.Over(run), cancellationToken);
            return Result(engine, entity, view.State);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the result any more: down the ladder with it.
            await entity.TakeAsync(new ProcessOrder.Stop(null), CancellationToken.None);
            throw;
        }
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

    private static ProcessResult Result(Engine engine, ProcessEntity entity, ProcessState state)
    {
        var last = entity.Last;
        var attempt = ResultOfRun.Attempt(entity.Id, last);
        return ResultOfRun.Of(state, last!, engine.Machine.ReadOutput(entity.Id, attempt));
    }
}
