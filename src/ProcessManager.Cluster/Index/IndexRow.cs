namespace ProcessManager.Cluster;

/// <summary>Some members of a partition, in storage.</summary>
internal sealed record IndexRow
{
    public ValueList<Entry> Members { get; init; } = [];

    /// <param name="Busy">Only it knows how it is.</param>
    internal sealed record Entry(ProcessId Id, bool Busy, ProcessInfo? Info = null, DateTimeOffset? WakeAt = null);
}
