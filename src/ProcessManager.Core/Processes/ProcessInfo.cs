namespace ProcessManager;

/// <summary>A process as it stands: a snapshot that doesn't change.</summary>
public sealed record ProcessInfo
{
    public required ProcessId Id { get; init; }

    public required string Name { get; init; }

    public string? Group { get; init; }

    public ValueMap<string> Labels { get; init; } = [];

    public required string Command { get; init; }

    public ValueList<string> Args { get; init; } = [];

    public required Goal Goal { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>0 before the first run.</summary>
    public int Run { get; init; }

    public int Attempt { get; init; }

    /// <summary>The kernel's number of the main child, while there is one.</summary>
    public int? OsPid { get; init; }

    /// <summary>What the kernel says of the main child; while there is one only when a sample was asked for, else null then.</summary>
    public OsState? Status { get; init; }

    /// <summary>It serves: Running, and neither does its readiness probe fail nor has it said that it is stopping.</summary>
    public bool Ready { get; init; }

    /// <summary>Running, and its probes pass; one without probes: with fewer than five consecutive failures.</summary>
    public bool Healthy { get; init; }

    /// <summary>How its probes stand while its child runs; null when it has none and says nothing of itself.</summary>
    public HealthInfo? Health { get; init; }

    /// <summary>Why it isn't running though it is wanted up.</summary>
    public string? BlockedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the present or last attempt.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Of the last attempt that ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long the present attempt has run.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>These are of the last attempt that ended.</summary>
    public int? ExitCode { get; init; }

    public Signal? Signal { get; init; }

    public EndReason? Reason { get; init; }

    public string? LastErrorLines { get; init; }

    /// <summary>OS pids that killMode process left running.</summary>
    public ValueList<int> LeftBehind { get; init; } = [];

    public ErrorInfo? LastError { get; init; }

    /// <summary>Restarts by policy since it was created.</summary>
    public int RestartCount { get; init; }

    public int ConsecutiveFailures { get; init; }

    /// <summary>While backing off.</summary>
    public DateTimeOffset? NextStartAt { get; init; }

    public Lifetime Lifetime { get; init; }

    /// <summary>What of the spec isn't in force on this host, and why.</summary>
    public ValueList<string> NotEnforced { get; init; } = [];

    public string? Node { get; init; }

    /// <summary>Rises with every change.</summary>
    public required long Version { get; init; }

    /// <summary>Whether it was started by <see cref="IProcessManager.RunAsync"/>: its record goes when its retention ends.</summary>
    public bool OneOff { get; init; }

    /// <summary>Its place in a pool, if it is a job.</summary>
    public JobPlace? Job { get; init; }

    /// <summary>When its schedule starts it next, if it isn't up then.</summary>
    public DateTimeOffset? NextScheduledAt { get; init; }

    /// <summary>Whether its (last) run is a process that somebody else started: it has no output here.</summary>
    public bool Attached { get; init; }

    /// <summary>Which of several it is, from 1; null: it is the only one.</summary>
    public int? Replica { get; init; }

    /// <summary>Of an id that means several processes: theirs. Empty for a process.</summary>
    public ValueList<ProcessId> Replicas { get; init; } = [];

    /// <summary>Of the tree; when a sample was asked for.</summary>
    public TreeMetrics? Metrics { get; init; }
}
