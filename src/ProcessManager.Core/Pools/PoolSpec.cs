namespace ProcessManager;

/// <summary>A pool: so many of its jobs run at the same time, the others wait.</summary>
public sealed record PoolSpec
{
    public const int DefaultConcurrency = 5;

    /// <summary>Characters of a <see cref="ProcessId"/>, at most 64.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 10,000. Of a pool that is there it can be changed; a lower one ends nobody.</summary>
    public int Concurrency { get; init; } = DefaultConcurrency;
}
