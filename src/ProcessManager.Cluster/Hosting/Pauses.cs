namespace ProcessManager.Cluster;

/// <summary>Between tries of what is repeated until it succeeds: twice as long each time, up to a longest.</summary>
internal struct Pauses(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _next = first;

    /// <summary>100 ms at first, 5 s at most.</summary>
    public static Pauses UpToSeconds => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>The next one, which isn't used up by looking.</summary>
    public readonly TimeSpan Coming => _next;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 < longest ? pause * 2 : longest;
        return pause;
    }
}
