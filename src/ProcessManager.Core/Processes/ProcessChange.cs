namespace ProcessManager;

/// <summary>Something that happened to a process. Folded into its state by <see cref="ProcessMachine.Apply"/>; told to others by <see cref="EventTelling"/>.</summary>
public abstract record ProcessChange(DateTimeOffset At)
{
    public sealed record Created(DateTimeOffset At) : ProcessChange(At);

    /// <param name="Next">Where the start that is to follow goes, if that was said.</param>
    public sealed record GoalSet(Goal Goal, bool StartNext, DateTimeOffset At, Placement? Next = null) : ProcessChange(At);

    /// <summary>A new run, or a new attempt of it, that can't start yet.</summary>
    public sealed record Waiting(Epoch Epoch, Blocker BlockedBy, DateTimeOffset At, string? Node = null) : ProcessChange(At);

    /// <summary>What it waits for has become less, or is known better.</summary>
    public sealed record WaitsFor(Blocker BlockedBy, DateTimeOffset At) : ProcessChange(At);

    public sealed record Starting(Epoch Epoch, bool ByPolicy, DateTimeOffset At, string? Node = null) : ProcessChange(At);

    /// <summary>A run begins with a process that is there already.</summary>
    public sealed record Attaching(Epoch Epoch, Attachment Attached, DateTimeOffset At, string? Node = null) : ProcessChange(At);

    /// <summary>Its schedule was due, and is next at a time.</summary>
    public sealed record Scheduled(DateTimeOffset? Next, DateTimeOffset At) : ProcessChange(At);

    public sealed record HookFailed(string Hook, string Problem, DateTimeOffset At) : ProcessChange(At);

    /// <summary>Its machine is told to let go of it.</summary>
    public sealed record Detaching(DateTimeOffset At) : ProcessChange(At);

    /// <summary>It couldn't be let go of.</summary>
    public sealed record NotDetached(ErrorInfo Error, DateTimeOffset At) : ProcessChange(At);

    /// <summary>Its machine has let go of it; it lives on.</summary>
    /// <param name="Output">Where what it writes goes from now on, when that was the manager's log.</param>
    public sealed record Detached(string? Output, DateTimeOffset At) : ProcessChange(At);

    /// <summary>The start was never carried out, and is asked for again.</summary>
    public sealed record Respawning(DateTimeOffset At) : ProcessChange(At);

    /// <summary>A child runs, since <paramref name="Since"/>: it was started now, or found.</summary>
    public sealed record Started(ChildIdentity Child, DateTimeOffset Since, bool Adopted, DateTimeOffset At) : ProcessChange(At)
    {
        public ValueList<string> NotEnforced { get; init; } = [];
    }

    public sealed record Ready(DateTimeOffset At) : ProcessChange(At);

    /// <summary>A probe's status is another, or why it hasn't passed yet is known.</summary>
    public sealed record Probed(ProbeKind Probe, ProbeStatus Status, string? Error, DateTimeOffset At) : ProcessChange(At);

    /// <summary>Another member of the tree is the main child from now on.</summary>
    public sealed record MainChanged(ChildIdentity Child, DateTimeOffset At) : ProcessChange(At);

    /// <summary>What the process says of itself is another.</summary>
    public sealed record Noticed(ServiceStage? Stage, string? Message, DateTimeOffset? ReadyExtendedTo, DateTimeOffset At) : ProcessChange(At);

    public sealed record StartFailed(ErrorInfo Error, DateTimeOffset At) : ProcessChange(At);

    /// <summary>The ladder begins. <paramref name="Terminates"/>: the run ends with it; else only the attempt does.</summary>
    public sealed record Stopping(Ladder Ladder, bool Terminates, DateTimeOffset At) : ProcessChange(At);

    public sealed record LadderMoved(Ladder Ladder, DateTimeOffset At) : ProcessChange(At);

    /// <summary>An attempt is over: its result, and the restart that follows, if one does.</summary>
    public sealed record Ended(AttemptResult Result, RestartVerdict Verdict, int? MaxRestarts, Ladder? Sweep, DateTimeOffset At) : ProcessChange(At);

    public sealed record BackingOff(DateTimeOffset NextStartAt, DateTimeOffset At) : ProcessChange(At);

    /// <summary>Nothing of the attempt is left; the next one may start.</summary>
    public sealed record Swept(ValueList<int> LeftBehind, DateTimeOffset At) : ProcessChange(At);

    public sealed record GaveUp(string Why, DateTimeOffset At) : ProcessChange(At);

    public sealed record Terminated(ValueList<int> LeftBehind, DateTimeOffset At) : ProcessChange(At);

    public sealed record Finished(DateTimeOffset At) : ProcessChange(At);

    /// <param name="Next">Where the next attempt goes, if the new spec has a say in that.</param>
    public sealed record SpecChanged(ProcessSpec Spec, ValueList<string> Fields, DateTimeOffset At, Placement? Next = null) : ProcessChange(At);

    public sealed record NodeAway(string Node, DateTimeOffset At) : ProcessChange(At);

    public sealed record NodeReturned(DateTimeOffset At) : ProcessChange(At);

    public sealed record LogTruncated(LogStream Stream, long Offset, DateTimeOffset At) : ProcessChange(At);

    public sealed record RunsPurged(DateTimeOffset EndedBefore, DateTimeOffset At) : ProcessChange(At);

    public sealed record Removed(DateTimeOffset At) : ProcessChange(At);
}
