namespace ProcessManager.Embedded;

/// <content>Commands: one-off processes whose result is the answer.</content>
public sealed partial class EmbeddedProcessManager
{
    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var engine = Starting;
        using var file = input is { } bytes ? await engine.Inputs.WriteAsync(bytes, cancellationToken) : null;
        var entity = await DeclareAsync(file is null ? spec : spec with { Stdin = file.Spec }, start: true, oneOff: true);
        return await ProcessCalls.RunAsync(
            entity, entity.View, entity.State.Spec, (_, attempt) => Task.FromResult(engine.Machine.ReadOutput(entity.Id, attempt)), cancellationToken);
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
}
