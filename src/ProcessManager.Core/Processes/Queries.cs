using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Which processes, and which page of them.</summary>
public sealed record ProcessQuery
{
    public const int DefaultLimit = 100;

    public const int MaxLimit = 1000;

    public ValueList<Phase> Phases { get; init; } = [];

    public Goal? Goal { get; init; }

    /// <summary>All of them must match; a null value means that the label is there.</summary>
    public ValueMap<string?> Labels { get; init; } = [];

    public string? Group { get; init; }

    public string? Name { get; init; }

    public int? OsPid { get; init; }

    /// <summary>Only the jobs of this pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Only those that are, or were last, on this node.</summary>
    public string? Node { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Only ids after this one; <see cref="Page{T}.Next"/> of the page before.</summary>
    public string? After { get; init; }

    /// <summary>Whether <see cref="ProcessInfo.Metrics"/> are sampled for it.</summary>
    public bool WithMetrics { get; init; }
}

/// <summary>A part of a list.</summary>
/// <param name="Next">What to ask for as <c>after</c>; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How to stop.</summary>
public sealed record StopOptions
{
    /// <summary>Until SIGKILL; the spec's when absent; 0 is SIGKILL at once.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Answer when it is terminated (stop) or its next run has started (restart), not when the order is journaled.</summary>
    public bool Wait { get; init; }
}

public enum WaitFor
{
    /// <summary>The run is over, restarts included, and its tree is empty.</summary>
    Terminated,

    /// <summary>Running.</summary>
    Ready,

    /// <summary>Cleaned up.</summary>
    Finished,
}

public sealed record WaitOptions
{
    public WaitFor For { get; init; }

    /// <summary>Which run; the present one when absent.</summary>
    public int? Run { get; init; }

    public TimeSpan? Timeout { get; init; }
}

/// <summary>Which processes a list of known ones is about: those of a group, or with these labels.</summary>
public sealed record SyncScope
{
    public string? Group { get; init; }

    public ValueMap<string> Labels { get; init; } = [];

    /// <summary>The ones to keep.</summary>
    [JsonPropertyName("ids")]
    public required ValueList<ProcessId> Known { get; init; }
}

/// <summary>What a sync found: those it keeps, and the orphans that it ends and forgets.</summary>
public sealed record SyncOutcome(ValueList<ProcessId> Kept, ValueList<ProcessId> Orphans);

public enum UpdateEffect
{
    /// <summary>The specs are equal.</summary>
    Nothing,

    /// <summary>There is no such process.</summary>
    Create,

    /// <summary>Changed without touching the child.</summary>
    InPlace,

    /// <summary>A graceful restart (of one that is up).</summary>
    Restart,
}

/// <summary>What an update would do, and the fields that differ.</summary>
public sealed record UpdatePlan(UpdateEffect Effect, ValueList<string> Changed);

/// <summary>How labels are selected by, everywhere.</summary>
public static class LabelSelection
{
    /// <summary>Whether all of <paramref name="wanted"/> are among <paramref name="labels"/>; a wanted null is any value.</summary>
    public static bool Match(this ValueMap<string> labels, ValueMap<string?> wanted) =>
        wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && (pair.Value is null || pair.Value == value));

    /// <summary>Whether a process is among those that a query asks for (its paging apart).</summary>
    public static bool Matches(this ProcessQuery query, ProcessInfo info) =>
        (query.Phases.Count == 0 || query.Phases.Contains(info.Phase))
        && (query.Goal is null || query.Goal == info.Goal)
        && (query.Group is null || query.Group == info.Group)
        && (query.Name is null || query.Name == info.Name)
        && (query.OsPid is null || query.OsPid == info.OsPid)
        && (query.Node is null || query.Node == info.Node)
        && (query.Pool is null || query.Pool == info.Job?.Pool)
        && info.Labels.Match(query.Labels);
}
