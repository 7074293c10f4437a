namespace ProcessManager.Cluster;

/// <summary>The ends of attempts that no longer fit into the process' own row, oldest first.</summary>
internal sealed record AttemptHistory
{
    /// <summary>Kept for each process, here and in its row together.</summary>
    public const int Kept = 100;

    /// <summary>In the process' own row, which is written with every turn.</summary>
    public const int InRow = 8;

    public ValueList<AttemptResult> Attempts { get; init; } = [];
}
