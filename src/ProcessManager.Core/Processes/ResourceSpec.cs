namespace ProcessManager;

/// <summary>What the whole tree may use, by a control group (version 2) of its own. Null is no limit.</summary>
public sealed record ResourceSpec
{
    public static readonly ResourceSpec None = new();

    /// <summary>Bytes. A tree that needs more has a process of it killed: <see cref="EndReason.OutOfMemory"/>.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>Bytes above which the tree is slowed down and its memory taken back, but nothing of it is killed.</summary>
    public long? MemoryHigh { get; init; }

    /// <summary>Cores: 1.5 is one and a half of them. At least 0.01.</summary>
    public double? CpuMax { get; init; }

    /// <summary>Processes and threads together; a fork beyond it fails with EAGAIN.</summary>
    public int? PidsMax { get; init; }

    /// <summary>Whether a limit that this host can't enforce fails the start. Else <see cref="ProcessInfo.NotEnforced"/> says so.</summary>
    public bool Required { get; init; }

    /// <summary>Whether there is anything to enforce.</summary>
    public bool IsNone => this is { MemoryMax: null, MemoryHigh: null, CpuMax: null, PidsMax: null };
}
