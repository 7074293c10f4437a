namespace ProcessManager;

/// <summary>How one attempt went.</summary>
public sealed record AttemptResult
{
    public required int Run { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Null when no child came to be.</summary>
    public int? OsPid { get; init; }

    public required EndReason Reason { get; init; }

    /// <summary>128 + n when signal n ended it; null when unknown or never started.</summary>
    public int? ExitCode { get; init; }

    public Signal? Signal { get; init; }

    public bool CoreDumped { get; init; }

    /// <summary>For <see cref="EndReason.StartFailed"/>, <see cref="EndReason.DependencyFailed"/>, <see cref="EndReason.Unhealthy"/>, <see cref="EndReason.WatchdogExpired"/>, and <see cref="EndReason.NodeLost"/> when its node went away.</summary>
    public ErrorInfo? Error { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The end of its error output, at most 8 KiB, when it didn't complete.</summary>
    public string? LastErrorLines { get; init; }
}

/// <summary>A failure as data.</summary>
public sealed record ErrorInfo(ErrorCode Code, string Message);
