namespace ProcessManager.Cluster;

/// <summary>How much of what happened in the cluster is kept. Older events go a segment at a time, when a new one begins.</summary>
internal sealed record EventLogOptions
{
    public int Kept { get; set; } = 100_000;

    public TimeSpan KeptFor { get; set; } = TimeSpan.FromHours(24);
}
