namespace ProcessManager;

/// <summary>What can happen to a process. The names are on the wire.</summary>
public enum EventType
{
    Created,
    Waiting,
    Starting,
    Started,
    StartFailed,
    Ready,
    Stopping,
    Exited,
    Crashed,
    Stopped,
    Killed,
    TimedOut,
    BackingOff,
    Restarted,
    GaveUp,
    Terminated,
    Finished,
    Adopted,

    /// <summary>A hook couldn't be started, exited with something else than 0, or ran too long. Nothing else came of it.</summary>
    HookFailed,

    /// <summary>A process that somebody else started is watched from now on.</summary>
    Attached,

    /// <summary>It is let go of and lives on.</summary>
    Detached,
    Lost,
    Orphan,
    LogTruncated,
    SpecChanged,
    Removed,

    /// <summary>A probe passes that didn't before.</summary>
    Healthy,

    /// <summary>A probe fails that didn't before.</summary>
    Unhealthy,

    /// <summary>A template came or changed; <see cref="EventData.Template"/>.</summary>
    TemplateLoaded,

    /// <summary>A template can't be used, and why.</summary>
    TemplateRejected,

    TemplateRemoved,

    /// <summary>A notice to a slow subscriber: how many events it missed. Not kept.</summary>
    Missed,

    /// <summary>What a tree uses, every 5 s while it lives. A notice: only for who names this type, not kept.</summary>
    MetricsSampled,

    /// <summary>The kernel's view of the main child is another than a second before. A notice: only for who names this type, not kept.</summary>
    StatusChanged,
}

/// <summary>Something that happened, as subscribers see it.</summary>
public sealed record ProcessEvent
{
    /// <summary>
    /// Where it stands among all events; opaque. A subscription may start after it. Of a notice: that of the last event that the subscription told before, empty when there was none.
    /// </summary>
    public required string Cursor { get; init; }

    public required DateTimeOffset Time { get; init; }

    public string? Node { get; init; }

    public required EventType Type { get; init; }

    /// <summary>Null for what isn't about one process.</summary>
    public ProcessId? Id { get; init; }

    public int Run { get; init; }

    public int Attempt { get; init; }

    /// <summary>What belongs to the type; see <see cref="EventData"/>.</summary>
    public EventData Data { get; init; } = new();
}

/// <summary>The facts of an event; those that its type doesn't have are null.</summary>
public sealed record EventData
{
    public int? OsPid { get; init; }

    public AttemptResult? Result { get; init; }

    public bool? WillRestart { get; init; }

    public int? RestartCount { get; init; }

    public int? MaxRestarts { get; init; }

    public DateTimeOffset? NextStartAt { get; init; }

    public ErrorInfo? Error { get; init; }

    public string? Detail { get; init; }

    /// <summary>For <see cref="EventType.Healthy"/> and <see cref="EventType.Unhealthy"/>, whose error is the detail.</summary>
    public ProbeKind? Probe { get; init; }

    /// <summary>The name of a template that the event is about.</summary>
    public string? Template { get; init; }

    /// <summary>For <see cref="EventType.Missed"/>.</summary>
    public long? Count { get; init; }

    /// <summary>For <see cref="EventType.MetricsSampled"/>.</summary>
    public TreeMetrics? Metrics { get; init; }

    /// <summary>For <see cref="EventType.StatusChanged"/>: what it is now.</summary>
    public OsState? Status { get; init; }
}

/// <summary>Which events.</summary>
public sealed record EventQuery
{
    /// <summary>All but notices when empty.</summary>
    public ValueList<EventType> Types { get; init; } = [];

    public ValueList<ProcessId> Ids { get; init; } = [];

    public ValueMap<string?> Labels { get; init; } = [];

    /// <summary>Start after this event; from now when absent, from the oldest kept when empty.</summary>
    public string? After { get; init; }

    /// <summary>Go on with what happens from now on. Else it ends with the last event that is kept.</summary>
    public bool Follow { get; init; } = true;
}
