namespace ProcessManager;

/// <summary>What a process waits for before a run of it starts.</summary>
public sealed record Dependency
{
    public Dependency()
    {
    }

    /// <summary>The short form.</summary>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public Dependency(ProcessId id, DependencyCondition? condition = null) => (Id, Condition) = (id, condition);

    /// <summary>The process that is waited for.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>Absent: <see cref="DependencyCondition.Healthy"/> where it has a probe, else <see cref="DependencyCondition.Running"/>.</summary>
    public DependencyCondition? Condition { get; init; }

    /// <summary>How long it is waited for, from when the run begins to wait; then the run fails (or goes on, where it is optional).</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Waited for only while it is up: it needn't exist, be started or come to anything.</summary>
    public bool Optional { get; init; }

    /// <summary>For <see cref="DependencyCondition.CompletedSuccessfully"/>: the codes that count; its own success codes when empty.</summary>
    public ValueList<int> ExitCodes { get; init; } = [];

    /// <summary>For <see cref="DependencyCondition.LogLine"/>: a regular expression (non-backtracking) that a line of its present run matches.</summary>
    public string? Pattern { get; init; }
}

/// <summary>How far another process must be.</summary>
public enum DependencyCondition
{
    /// <summary>A child of its present run came to be.</summary>
    Started,

    /// <summary>It runs and is ready, or completed already.</summary>
    Running,

    /// <summary>It runs and its probes pass; without probes: <see cref="Running"/>.</summary>
    Healthy,

    /// <summary>Its run ended by itself, whatever its exit code.</summary>
    Completed,

    /// <summary>Its run ended with a success.</summary>
    CompletedSuccessfully,

    /// <summary>It wrote a line that matches.</summary>
    LogLine,
}
