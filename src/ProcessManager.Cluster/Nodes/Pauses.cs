namespace ProcessManager.Cluster;

/// <summary>Between tries of what is repeated until it succeeds: 100 ms, twice as long each time, 5 s at most.</summary>
internal struct Pauses
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _next;

    public TimeSpan Next()
    {
        var pause = _next == TimeSpan.Zero ? TimeSpan.FromMilliseconds(100) : _next;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }
}
