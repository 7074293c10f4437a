namespace ProcessManager;

/// <summary>What the run of a command is answered with, once it is over.</summary>
public static class ResultOfRun
{
    /// <summary>The attempt whose output belongs in the result.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: there was none.</exception>
    public static Epoch Attempt(ProcessId id, AttemptResult? last) => last is null
        ? throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" was stopped before it was started.")
        : new Epoch(last.Run, last.Attempt);

    /// <exception cref="CommandException">TimedOut, IdleTimedOut: it was ended for that; with what it did.</exception>
    /// <exception cref="ProcessManagerException">Why it couldn't be started.</exception>
    public static ProcessResult Of(ProcessState state, AttemptResult last, RunOutput output)
    {
        var result = new ProcessResult
        {
            Id = state.Id,
            OsPid = last.OsPid,
            ExitCode = last.ExitCode,
            Signal = last.Signal,
            Reason = last.Reason,
            Output = output.Output,
            ErrorOutput = output.ErrorOutput,
            Truncated = output.Truncated,
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
