namespace ProcessManager;

/// <summary>What a process does in the eyes of the kernel, or why that can't be said.</summary>
public enum OsState
{
    /// <summary>Never started.</summary>
    Initial,
    Running,
    Sleeping,

    /// <summary>In an uninterruptible wait.</summary>
    DiskSleep,

    /// <summary>By a signal.</summary>
    Stopped,

    /// <summary>By a debugger.</summary>
    TracingStop,

    /// <summary>Dead, its status not collected yet.</summary>
    Zombie,
    Idle,

    /// <summary>There is no child.</summary>
    Terminated,

    /// <summary>There is a child, and its status can't be read.</summary>
    Unavailable,
}

/// <summary>The status file of a main child (<c>/proc/pid/status</c>), read now. Numbers are null when there is no child.</summary>
public sealed record OsStatus
{
    public required OsState State { get; init; }

    public int? OsPid { get; init; }

    public int? ParentOsPid { get; init; }

    /// <summary>Real, effective, saved and file system user id.</summary>
    public ValueList<int> Uids { get; init; } = [];

    public ValueList<int> Gids { get; init; } = [];

    public int? Threads { get; init; }

    /// <summary>Resident, bytes.</summary>
    public long? MemoryBytes { get; init; }

    public long? VoluntaryContextSwitches { get; init; }

    public long? InvoluntaryContextSwitches { get; init; }
}

/// <summary>What a process and all its descendants use.</summary>
public sealed record TreeMetrics
{
    /// <summary>100 is one core; over the time since the sample before, 0 in the first.</summary>
    public required double CpuPercent { get; init; }

    /// <summary>User and system time of the members that live.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Resident, bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes that reached the storage layer.</summary>
    public required long ReadBytes { get; init; }

    public required long WrittenBytes { get; init; }

    public required int Threads { get; init; }

    /// <summary>Members besides the main child.</summary>
    public required int Children { get; init; }

    /// <summary>Open descriptors; null unless asked for.</summary>
    public int? Descriptors { get; init; }

    /// <summary>The main child's; Terminated when it left others behind.</summary>
    public OsState State { get; init; }

    public required DateTimeOffset SampledAt { get; init; }
}
