using System.Text;

namespace ProcessManager.Embedded;

/// <content>Commands: one-off processes whose result is the answer.</content>
public sealed partial class EmbeddedProcessManager
{
    /// <summary>What a result holds of each stream; the log has the rest.</summary>
    private const int OutputLimit = 16 << 20;

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
        var last = entity.Last ?? throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{entity.Id}\" was stopped before it was started.");
        var epoch = new Epoch(last.Run, last.Attempt);
        var output = engine.Logs.ReadAttempt(entity.Id, epoch, LogStream.Stdout, OutputLimit);
        var errors = engine.Logs.ReadAttempt(entity.Id, epoch, LogStream.Stderr, OutputLimit);
        var result = new ProcessResult
        {
            Id = entity.Id,
            OsPid = last.OsPid,
            ExitCode = last.ExitCode,
            Signal = last.Signal,
            Reason = last.Reason,
            Output = Encoding.UTF8.GetString(output.Bytes.Span),
            ErrorOutput = Encoding.UTF8.GetString(errors.Bytes.Span),
            Truncated = output.Truncated || errors.Truncated,
            Attempts = last.Attempt,
            StartedAt = last.StartedAt,
            EndedAt = last.EndedAt,
            CommandLine = string.Join(' ', state.Spec.Args.Prepend(state.Spec.Command)),
        };
        return last.Reason switch
        {
            EndReason.StartFailed => throw new ProcessManagerException(last.Error!.Code, last.Error.Message),
            EndReason.TimedOut => throw new CommandException(ErrorCode.TimedOut, result),
            EndReason.IdleTimedOut => throw new CommandException(ErrorCode.IdleTimedOut, result),
            EndReason.Completed or EndReason.Failed or EndReason.Signaled or EndReason.Stopped or EndReason.Killed
                or EndReason.OutOfMemory or EndReason.NodeLost or EndReason.Unknown => result,
            _ => throw new System.Diagnostics.UnreachableException($"reason {last.Reason}"),
        };
    }
}
