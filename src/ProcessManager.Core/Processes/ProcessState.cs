using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// What <see cref="ProcessMachine"/> decides by, and nothing else: it is written as a whole with each turn. The spec is a row of its own,
/// by <see cref="SpecVersion"/>; metrics, output and OS status are never part of it.
/// </summary>
public sealed record ProcessState
{
    /// <summary>Consecutive failures from which on a running process without probes no longer counts as healthy.</summary>
    internal const int UnhealthyFrom = 5;

    public required ProcessId Id { get; init; }

    /// <summary>Rises with every turn that changed something.</summary>
    public long Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Made for one command: the record goes when its retention ends.</summary>
    public bool OneOff { get; init; }

    /// <summary>Its place in a pool: each of its attempts waits for a slot there.</summary>
    public JobPlace? Job { get; init; }

    /// <summary>Its place in a pipe.</summary>
    public PipeStage? Stage { get; init; }

    /// <summary>The desired spec: the next attempt runs it.</summary>
    [JsonIgnore]
    public ProcessSpec Spec { get; init; } = null!;

    /// <summary>The <see cref="Version"/> that the spec came with.</summary>
    public long SpecVersion { get; init; }

    public Goal Goal { get; init; }

    public Phase Phase { get; init; }

    /// <summary>The present or last attempt; 0.0 before the first.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>How often this attempt was found never to have run, and was started again.</summary>
    public int Respawns { get; init; }

    /// <summary>The main child, from when it was seen until its end was.</summary>
    public LiveChild? Child { get; init; }

    /// <summary>The ladder that is under way, from the first step until the tree is empty.</summary>
    public Ladder? Ladder { get; init; }

    /// <summary>A start is to follow once this run is terminated.</summary>
    public bool StartNext { get; init; }

    /// <summary>Where the present run's children are; null on a host with one machine, and while no node fits.</summary>
    public string? Node { get; init; }

    /// <summary>Since when its node can't be reached, while something of it may be under way there.</summary>
    public DateTimeOffset? AwaySince { get; init; }

    /// <summary>What it waits for, while it does. Null of one that waits for a start token where the record is of a version that didn't say so.</summary>
    [JsonConverter(typeof(StoredBlockerConverter))]
    public Blocker? BlockedBy { get; init; }

    /// <summary>Where the next attempt goes, when an order said so and the present one isn't over yet.</summary>
    public Placement? NextPlacement { get; init; }

    /// <summary>Where earlier runs were: their output is there.</summary>
    public ValueList<string> FormerNodes { get; init; } = [];

    /// <summary>Of the present attempt; null when nothing is asked and nothing was said.</summary>
    public HealthInfo? Health { get; init; }

    /// <summary>Until when the process itself asked to be given time to become ready.</summary>
    public DateTimeOffset? ReadyExtendedTo { get; init; }

    public RestartRecord Restarts { get; init; } = new();

    /// <summary>When its schedule is due next.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The process that the present (or last) run is, when it was there before us; null once a child of ours has followed it.</summary>
    public Attachment? Attached { get; init; }

    /// <summary>It is being let go of: its machine was told, and when that has answered the record goes.</summary>
    public bool Detaching { get; init; }

    /// <summary>While backing off.</summary>
    public DateTimeOffset? NextStartAt { get; init; }

    /// <summary>The last attempt that ended, without its error lines (those are with the attempts).</summary>
    public AttemptResult? Last { get; init; }

    public ValueList<int> LeftBehind { get; init; } = [];

    /// <summary>What of the spec wasn't in force for the present or last child, and why.</summary>
    public ValueList<string> NotEnforced { get; init; } = [];

    /// <summary>When old runs are to be looked at.</summary>
    public DateTimeOffset? PurgeAt { get; init; }

    /// <summary>Something is wanted and under way: not created, terminated or finished.</summary>
    [JsonIgnore]
    public bool IsUp => Phase is Phase.Waiting or Phase.Starting or Phase.Running or Phase.BackingOff;

    /// <summary>It waits for other processes, and nobody has looked yet how far they are.</summary>
    [JsonIgnore]
    public bool IsToBeLookedAt => this is { Phase: Phase.Waiting, BlockedBy: Blocker.Dependencies { IsUnseen: true } };

    /// <summary>A main child exists, as far as is known.</summary>
    [JsonIgnore]
    public bool HasChild => Child is not null && Phase is Phase.Starting or Phase.Running or Phase.Terminating;

    /// <summary>Its child runs, can be reached, and nobody ends it.</summary>
    [JsonIgnore]
    public bool IsUnderWay => this is { Phase: Phase.Starting or Phase.Running, Child: not null, Ladder: null, AwaySince: null };

    /// <summary>It runs, serves, and can be reached.</summary>
    [JsonIgnore]
    public bool IsReady => this is { Phase: Phase.Running, Ladder: null, AwaySince: null }
        && Health is not ({ Readiness.Status: ProbeStatus.Failing } or { Stage: ServiceStage.Stopping });

    /// <summary>It runs, and its probes pass; one without probes hasn't failed again and again.</summary>
    [JsonIgnore]
    public bool IsHealthy => this is { Phase: Phase.Running, Ladder: null, AwaySince: null }
        && (Health is { HasProbes: true } health ? health.AllPass : Restarts.ConsecutiveFailures < UnhealthyFrom);

    /// <summary>Why its child can't be asked or told anything now; null when it can, as far as is known.</summary>
    [JsonIgnore]
    public ErrorInfo? NodeProblem => AwaySince is { } since
        ? new ErrorInfo(ErrorCode.NodeUnavailable, $"its node \"{Node}\" is away since {TimeText.Of(since)}")
        : null;

    /// <summary>Whether something of <paramref name="epoch"/> may rightly live on a node.</summary>
    public bool MayLive(string? node, Epoch epoch) =>
        Node == node && Epoch == epoch && (Ladder is not null || Phase is Phase.Starting or Phase.Running or Phase.Terminating);

    /// <summary>Whether what is found of <paramref name="epoch"/> on a node belongs there: it may live, or an attempt left it behind on purpose.</summary>
    public bool Owns(string? node, Epoch epoch) =>
        MayLive(node, epoch) || (Node == node && Spec.Stop.KillMode == KillMode.Process && (epoch < Epoch || LeftBehind.Count > 0));

    /// <summary>Whether the end of <paramref name="run"/> is known: no attempt of it will follow. What was never started has no run to wait for.</summary>
    public bool RunIsOver(int run) =>
        run < Epoch.Run || Phase is Phase.Created or Phase.Terminated or Phase.Finished || (Phase == Phase.Terminating && Ladder is { MainEnded: true });

    /// <summary>Whether <paramref name="run"/> is over and nothing of it is left.</summary>
    public bool RunIsTerminated(int run) => run < Epoch.Run || Phase is Phase.Created or Phase.Terminated or Phase.Finished;
}

/// <summary>A main child that was seen.</summary>
public sealed record LiveChild(ChildIdentity Identity, DateTimeOffset StartedAt);

/// <summary>A process that somebody else started.</summary>
/// <param name="Startable">Whether its spec says what to start in its place; else its command is what was read of it, and it ends for good.</param>
public sealed record Attachment(ChildIdentity Child, bool Startable);

/// <summary>What the ladder is doing: the stop command runs, the signal was sent, SIGKILL was.</summary>
public enum LadderStep
{
    Command,
    Signal,
    Kill,
}

/// <summary>The way down of an attempt: a step is taken, the next one is due at a time, and it is over when the tree is empty.</summary>
/// <param name="Intent">The reason of the end, if it was the manager's doing; null when the child ended by itself.</param>
/// <param name="KillAt">When SIGKILL is due; it only ever moves forward in time's favour of the impatient.</param>
/// <param name="MainEnded">The main child's end is recorded; what it left is being ended.</param>
public sealed record Ladder(EndReason? Intent, LadderStep Step, DateTimeOffset KillAt, KillMode KillMode, bool MainEnded);

/// <summary>What the restart policy counts.</summary>
public sealed record RestartRecord
{
    /// <summary>Restarts by policy since the process was created.</summary>
    public int Count { get; init; }

    /// <summary>Ends in a row that the policy restarted after.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>When the policy's restarts of this run happened: the last max + 1.</summary>
    public ValueList<DateTimeOffset> Recent { get; init; } = [];
}
