namespace ProcessManager;

/// <summary>Whether a node can be given processes.</summary>
public enum NodeState
{
    /// <summary>It finds out what became of its children.</summary>
    Joining,

    /// <summary>It takes processes.</summary>
    Live,

    /// <summary>It is shutting down: it keeps what it has and takes nothing new.</summary>
    Leaving,

    /// <summary>It can't be reached.</summary>
    Away,
}

/// <summary>A machine of a cluster as it stands; a single machine is a cluster of one.</summary>
public sealed record NodeInfo
{
    public required string Name { get; init; }

    public required NodeState State { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public required DateTimeOffset Since { get; init; }

    public ValueMap<string> Labels { get; init; } = [];

    /// <summary>How many processes are up there.</summary>
    public int Load { get; init; }

    public required int Cpus { get; init; }

    /// <summary>What the machine has; null where that isn't known.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Where its host can be reached by the others; null on a single machine.</summary>
    public string? Address { get; init; }

    /// <summary>Of the manager that runs there.</summary>
    public string? Version { get; init; }

    /// <summary>What isn't well there, for people.</summary>
    public ValueList<string> Problems { get; init; } = [];
}
