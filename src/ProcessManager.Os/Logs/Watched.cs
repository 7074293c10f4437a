namespace ProcessManager.Os;

/// <summary>How closely a log is watched.</summary>
internal enum Attention
{
    /// <summary>At its own times.</summary>
    Close,

    /// <summary>In the pass over all that write little.</summary>
    Loose,

    /// <summary>Not at all, until its first write.</summary>
    None,
}

/// <summary>
/// One interest in a log: of a live child (it keeps the budget) or of a follower (always watched closely). Planned by the watch's thread alone.
/// </summary>
internal sealed class Watched(ProcessLog log, bool followed)
{
    private const int SilentLooks = 3;
    private const int SlowLooks = 7;
    private const int SilentPasses = 10;
    private const double SlowBytesPerSecond = 64 << 10;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(640);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);

    private TimeSpan _silence = TimeSpan.MaxValue;
    private int _silent;
    private int _slow;

    internal ProcessLog Log { get; } = log;

    /// <summary>The bytes ever seen at the last look.</summary>
    internal long Total { get; private set; } = log.Total;

    /// <summary>Nobody needs it any more; the watch forgets it when it comes by.</summary>
    internal volatile bool Over;

    internal Attention Attention { get; private set; }

    internal TimeSpan Interval { get; private set; } = First;

    internal long LookedAt { get; set; }

    internal long Due { get; set; }

    internal int StdoutWatch { get; set; } = -1;

    internal int StderrWatch { get; set; } = -1;

    /// <summary>It was silent and writes again. How fast can't be known yet.</summary>
    internal void Awake(TimeSpan silence) => (Attention, Interval, _silence, _silent, _slow) = (Attention.Close, First, silence, 0, 0);

    /// <summary>It can't be told when it writes.</summary>
    internal void StayLoose() => (Attention, _silent) = (Attention.Loose, 0);

    /// <summary>Chooses the next look from how much the log has grown since the last one.</summary>
    internal void Plan(LogLook look, TimeSpan elapsed)
    {
        var grown = look.Total - Total;
        Total = look.Total;
        _silent = grown == 0 ? _silent + 1 : 0;
        if (grown > SlowBytesPerSecond * elapsed.TotalSeconds)
        {
            // At most twice as long as before: a writer that was held up isn't a slow one.
            var wanted = LogBudget.NextLook(grown, elapsed, look.Room);
            (Attention, Interval, _slow) = (Attention.Close, Least(wanted, Interval * 2), 0);
        }
        else if (followed)
        {
            Interval = grown > 0 ? LogBudget.Shortest : Least(Interval * 2, LogBudget.Longest);
        }
        else if (Attention == Attention.Close)
        {
            Interval = Least(Interval * 2, Slowest);
            var calm = _silent >= SilentLooks || ++_slow >= SlowLooks;

            // One that writes a line now and then costs least in the pass.
            Attention = !calm ? Attention.Close : _silent >= SilentLooks && _silence > Seldom ? Attention.None : Attention.Loose;
        }
        else if (_silent >= SilentPasses)
        {
            Attention = Attention.None;
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
