namespace ProcessManager;

/// <summary>A pool as it stands. Its counts are of the jobs whose records are kept.</summary>
public sealed record PoolInfo
{
    public required string Name { get; init; }

    public required int Concurrency { get; init; }

    /// <summary>Jobs that wait: for a slot, before they may have one, or for the time of their next try.</summary>
    public required int Waiting { get; init; }

    /// <summary>Jobs that have a slot.</summary>
    public required int Running { get; init; }

    public required int Completed { get; init; }

    /// <summary>Ended otherwise than by completing, or being called off.</summary>
    public required int Failed { get; init; }

    /// <summary>Called off, before they began or after.</summary>
    public required int Cancelled { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Nothing waits or runs.</summary>
    public bool Idle => Waiting == 0 && Running == 0;
}
