namespace ProcessManager;

/// <summary>What a command did.</summary>
public sealed record ProcessResult
{
    public required ProcessId Id { get; init; }

    public int? OsPid { get; init; }

    /// <summary>128 + n when signal n ended it; null when unknown.</summary>
    public int? ExitCode { get; init; }

    public Signal? Signal { get; init; }

    /// <summary>Of its last attempt; Stopped, with <see cref="Attempts"/> 0, when it was called off before it had one.</summary>
    public required EndReason Reason { get; init; }

    /// <summary>For <see cref="EndReason.StartFailed"/> and <see cref="EndReason.NodeLost"/>.</summary>
    public ErrorInfo? Error { get; init; }

    /// <summary>What it wrote to stdout, at most 16 MiB, read as UTF-8.</summary>
    public required string Output { get; init; }

    public required string ErrorOutput { get; init; }

    /// <summary>Whether the log has more than the outputs here.</summary>
    public bool Truncated { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null when it had no attempt.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Command and arguments, for messages.</summary>
    public required string CommandLine { get; init; }

    public bool Success => Reason == EndReason.Completed;

    /// <summary>This result, if the command completed.</summary>
    /// <exception cref="CommandException">CommandFailed, TimedOut, IdleTimedOut, with the command, its exit code and both outputs.</exception>
    /// <exception cref="ProcessManagerException">Why it couldn't be started.</exception>
    public ProcessResult EnsureSuccess() => Success ? this : throw Failure;

    /// <summary>What is wrong with it, when it didn't complete.</summary>
    internal ProcessManagerException Failure => Reason is EndReason.StartFailed or EndReason.DependencyFailed && Error is { } error
        ? new ProcessManagerException(error.Code, error.Message)
        : new CommandException(
            Reason == EndReason.TimedOut ? ErrorCode.TimedOut : Reason == EndReason.IdleTimedOut ? ErrorCode.IdleTimedOut : ErrorCode.CommandFailed, this);
}

/// <summary>A command that failed or ran past its time, with what it did.</summary>
public sealed class CommandException(ErrorCode code, ProcessResult result) : ProcessManagerException(code, Describe(code, result))
{
    public ProcessResult Result { get; } = result;

    private static string Describe(ErrorCode code, ProcessResult result)
    {
        var how = code switch
        {
            ErrorCode.TimedOut => "ran past its timeout and was ended",
            ErrorCode.IdleTimedOut => "wrote nothing past its idle timeout and was ended",
            _ when result.Attempts == 0 => "was stopped before it was started",
            _ when result.Signal is { } signal => $"was ended by {signal}",
            _ when result.ExitCode is { } exit => $"exited with {exit}",
            _ => "ended, and nobody saw how",
        };
        return $"`{result.CommandLine}` {how}. Output: {Brief(result.Output)} Error output: {Brief(result.ErrorOutput)}";
    }

    private static string Brief(string text) =>
        text.Length == 0 ? "(none)" : text.Length <= 4096 ? text.TrimEnd() : "…" + text[^4096..].TrimEnd();
}
