namespace ProcessManager.Os;

/// <summary>One interest in a log: of a live child (it keeps the budget) or of a follower. Planned by the watch's thread alone.</summary>
internal sealed class Watched(ProcessLog log, bool followed)
{
    private const int CalmLooks = 7;
    private const double SlowBytesPerSecond = 64 << 10;

    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(640);

    private long _total;
    private int _calm;

    internal ProcessLog Log { get; } = log;

    /// <summary>Nobody needs it any more; the watch forgets it when it comes by.</summary>
    internal volatile bool Over;

    internal TimeSpan Interval { get; private set; } = TimeSpan.FromMilliseconds(10);

    internal long LookedAt { get; set; }

    internal long Due { get; set; }

    /// <summary>Once a second is enough.</summary>
    internal bool Quiet => !followed && _calm >= CalmLooks;

    /// <summary>Chooses the next look from how much the log has grown since the last one.</summary>
    internal void Plan(long total, TimeSpan elapsed)
    {
        var grown = total - _total;
        _total = total;
        if (grown > SlowBytesPerSecond * elapsed.TotalSeconds)
        {
            Interval = LogBudget.NextLook(grown, elapsed);
            _calm = 0;
        }
        else if (followed)
        {
            Interval = grown > 0 ? LogBudget.Shortest : Least(Interval * 2, LogBudget.Longest);
        }
        else
        {
            Interval = Least(Interval * 2, Slowest);
            _calm++;
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
