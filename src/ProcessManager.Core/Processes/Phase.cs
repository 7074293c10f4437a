namespace ProcessManager;

/// <summary>Where a process is, as a promise to others.</summary>
public enum Phase
{
    /// <summary>Nothing was ever started.</summary>
    Created,

    /// <summary>Wanted up; waits for what <c>blockedBy</c> names.</summary>
    Waiting,

    /// <summary>A child may exist; not yet ready.</summary>
    Starting,

    /// <summary>A child exists and is ready.</summary>
    Running,

    /// <summary>No child; the time of the next start is known.</summary>
    BackingOff,

    /// <summary>Told to end; no child of this run will start again.</summary>
    Terminating,

    /// <summary>The whole tree is empty, verified.</summary>
    Terminated,

    /// <summary>Cleaned up; the record, its history and logs remain.</summary>
    Finished,
}

/// <summary>What is wanted.</summary>
public enum Goal
{
    Down,
    Up,

    /// <summary>To be removed as soon as it is down.</summary>
    Gone,
}

/// <summary>How an attempt ended.</summary>
public enum EndReason
{
    /// <summary>With a success exit code.</summary>
    Completed,

    /// <summary>With another exit code.</summary>
    Failed,

    /// <summary>By a signal that the manager didn't send.</summary>
    Signaled,

    /// <summary>As asked, also when it needed SIGKILL.</summary>
    Stopped,

    /// <summary>By the kill that was asked for.</summary>
    Killed,

    /// <summary>Ran past its timeout.</summary>
    TimedOut,

    /// <summary>Wrote nothing past its idle timeout.</summary>
    IdleTimedOut,

    /// <summary>By the kernel's out-of-memory killer.</summary>
    OutOfMemory,

    /// <summary>Its startup or liveness probe failed, or it wasn't ready in time.</summary>
    Unhealthy,

    /// <summary>It said nothing of itself for longer than its watchdog allows, or asked for this end.</summary>
    WatchdogExpired,

    /// <summary>No child came to be.</summary>
    StartFailed,

    /// <summary>What it depends on failed for good, or was late: no child came to be.</summary>
    DependencyFailed,

    /// <summary>Its machine was restarted or is gone.</summary>
    NodeLost,

    /// <summary>It ended, and nobody saw how. Never a guess.</summary>
    Unknown,
}
