namespace ProcessManager.Cluster;

/// <summary>Times and limits of the index; a test makes them short.</summary>
internal sealed class IndexOptions
{
    /// <summary>How soon a partition is active again when nobody needs it and its silo died.</summary>
    public TimeSpan ReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Records of all partitions together, for each node.</summary>
    public int RecordsPerNode { get; set; } = 100_000;

    /// <summary>After this time one that was about to do something, and hasn't been heard of since, is asked.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>One that isn't there is asked again after this time, as it may just have been in the making, and then dropped.</summary>
    public TimeSpan Doubt { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a list waits for those that have to be asked how they are.</summary>
    public TimeSpan ListWait { get; set; } = TimeSpan.FromSeconds(5);
}
