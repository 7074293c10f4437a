namespace ProcessManager;

/// <summary>
/// Processes that are declared, started and stopped together. A stack is named by its group; unknown names are <see cref="ErrorCode.NotFound"/>.
/// </summary>
public interface IStacks
{
    /// <summary>
    /// Makes all members be as the file says, and up: made, changed, started, those that don't wait for each other at the same time. Checked first as a whole. Answers after
    /// the outcome of each one's first spawn, or when it waits for others; what failed is in its outcome.
    /// </summary>
    /// <exception cref="ProcessManagerException">InvalidSpec, DependencyCycle, DependencyMissing: nothing was made or started.</exception>
    Task<StackOutcome> UpAsync(StackSpec stack, CancellationToken cancellationToken = default);

    /// <summary>
    /// Does only what <see cref="PlanAsync"/> says: new members are made and started, changed ones changed, those that are no longer in the file removed. What is unchanged is left
    /// alone, also when it is down.
    /// </summary>
    /// <inheritdoc cref="UpAsync" path="/exception"/>
    Task<StackOutcome> ApplyAsync(StackSpec stack, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="ApplyAsync"/> would do.</summary>
    /// <inheritdoc cref="UpAsync" path="/exception"/>
    Task<StackOutcome> PlanAsync(StackSpec stack, CancellationToken cancellationToken = default);

    /// <summary>Stops all members, who waits for others before those, under one deadline; with <see cref="DownOptions.Remove"/> it forgets them too.</summary>
    Task<ManyOutcome> DownAsync(string name, DownOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Who waits for whom.</summary>
    Task<StackGraph> GraphAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The members as they stand, by id.</summary>
    Task<StackInfo> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All stacks, by name.</summary>
    Task<IReadOnlyList<StackSummary>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>How to stop several processes.</summary>
public record StopAllOptions
{
    /// <summary>For all of them together. 30 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>At the deadline what is left is killed; else it is left as it is then, and its outcome says DeadlineExceeded.</summary>
    public bool Force { get; init; } = true;
}

/// <summary>How to stop a stack.</summary>
public sealed record DownOptions : StopAllOptions
{
    /// <summary>Forget the members' records and logs.</summary>
    public bool Remove { get; init; }
}

/// <summary>A stack as it stands.</summary>
public sealed record StackInfo(string Name, ValueList<ProcessInfo> Processes);

/// <summary>How many there are, are ready, and failed.</summary>
public sealed record StackSummary(string Name, int Total, int Ready, int Failed);

/// <summary>Who waits for whom in a stack. Ids that are no nodes are of processes outside.</summary>
public sealed record StackGraph(string Name, ValueList<GraphNode> Nodes);

public sealed record GraphNode(ProcessId Id, Phase Phase, bool Ready, string? BlockedBy, ValueList<Dependency> DependsOn);

/// <summary>Which processes; they match all that is said. It says something: "all" is said too.</summary>
public sealed record ProcessSelection
{
    /// <summary>Every process that is managed.</summary>
    public bool All { get; init; }

    public string? Group { get; init; }

    /// <summary>All of them must match; a null value means that the label is there.</summary>
    public ValueMap<string?> Labels { get; init; } = [];

    public ValueList<ProcessId> Ids { get; init; } = [];

    public static ProcessSelection Everything { get; } = new() { All = true };

    public static ProcessSelection Of(params ProcessId[] ids) => new() { Ids = [.. ids] };
}
