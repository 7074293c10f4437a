namespace ProcessManager;

/// <summary>Which ends of an attempt are followed by another one.</summary>
public enum RestartWhen
{
    Never,

    /// <summary>Signaled, TimedOut, IdleTimedOut, OutOfMemory, Unhealthy, WatchdogExpired, NodeLost, Unknown.</summary>
    OnAbnormal,

    /// <summary>Those of <see cref="OnAbnormal"/>, and Failed.</summary>
    OnFailure,

    /// <summary>Those of <see cref="OnFailure"/>, and Completed.</summary>
    Always,
}

/// <summary>What an end that nobody saw counts as.</summary>
public enum UnknownEnd
{
    Failure,
    Success,
}

/// <summary>
/// When an attempt that ended by itself is followed by another one. The delay before the k-th consecutive one is
/// min(<see cref="Delay"/>·<see cref="Factor"/>^(k-1) ± <see cref="Jitter"/>, <see cref="MaxDelay"/>).
/// An end that was asked for (stop, kill) is never followed by a restart.
/// </summary>
public sealed record RestartPolicy
{
    public RestartWhen When { get; init; }

    /// <summary>Restarts within <see cref="Window"/> before giving up; null is unlimited.</summary>
    public int? Max { get; init; } = 5;

    /// <summary>What <see cref="Max"/> counts over; null is the whole run.</summary>
    public TimeSpan? Window { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(60);

    public double Factor { get; init; } = 2;

    /// <summary>Part of the delay by which it varies, 0 to 1.</summary>
    public double Jitter { get; init; } = 0.25;

    /// <summary>An attempt that ran this long makes the next failure the first one again.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Exit codes that are Completed; every other one is Failed.</summary>
    public ValueList<int> SuccessExitCodes { get; init; } = [0];

    /// <summary>Exit codes after which there is no restart, whatever <see cref="When"/> says.</summary>
    public ValueList<int> PreventExitCodes { get; init; } = [];

    public UnknownEnd UnknownIs { get; init; }
}
