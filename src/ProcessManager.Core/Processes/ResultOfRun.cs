namespace ProcessManager;

/// <summary>What the run of a command is answered with, once it is over.</summary>
internal static class ResultOfRun
{
    /// <summary>The last attempt of the run that a process is at; null when the run ended before it had one.</summary>
    public static Epoch? Attempt(ProcessView view) =>
        view.Last is { } last && last.Run == view.State.Epoch.Run ? new Epoch(last.Run, last.Attempt) : null;

    /// <summary>What the run came to, however it ended.</summary>
    /// <param name="output">Of <see cref="Attempt"/>.</param>
    public static ProcessResult Of(ProcessView view, RunOutput output)
    {
        var last = Attempt(view) is null ? null : view.Last;
        return new ProcessResult
        {
            Id = view.State.Id,
            OsPid = last?.OsPid,
            ExitCode = last?.ExitCode,
            Signal = last?.Signal,
            Reason = last?.Reason ?? EndReason.Stopped,
            Error = last?.Error,
            Output = output.Output,
            ErrorOutput = output.ErrorOutput,
            Truncated = output.Truncated,
            Attempts = last?.Attempt ?? 0,
            StartedAt = last?.StartedAt,
            EndedAt = last?.EndedAt,
            CommandLine = string.Join(' ', view.Info.Args.Prepend(view.Info.Command)),
        };
    }

    /// <summary>The answer of a run: its result, unless there was none or it ran out of time.</summary>
    /// <exception cref="CommandException">TimedOut, IdleTimedOut: it was ended for that; with what it did.</exception>
    /// <exception cref="ProcessManagerException">Why it couldn't be started; InvalidState: it was stopped before it was.</exception>
    public static ProcessResult Answer(ProcessResult result) => result switch
    {
        { Attempts: 0 } => throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{result.Id}\" was stopped before it was started."),
        { Reason: EndReason.StartFailed or EndReason.DependencyFailed or EndReason.TimedOut or EndReason.IdleTimedOut } => throw result.Failure,
        _ => result,
    };
}
