namespace ProcessManager.Cluster;

/// <summary>What is written of a pool. Its jobs are processes, with rows of their own.</summary>
internal sealed record PoolRow
{
    public const string Name = "pool";

    public int Concurrency { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The row of the names of all pools.</summary>
internal sealed record PoolNames
{
    public const string Row = "pools";

    public ValueList<string> Names { get; init; } = [];
}
