namespace ProcessManager.Os;

/// <summary>Something that is due at a time of a <see cref="Timetable"/>, at one time only.</summary>
internal abstract class TimetableEntry
{
    /// <summary>Which setting of it counts; the table's.</summary>
    internal long Setting { get; set; }

    /// <summary>Its time has come. Called on the thread pool; must not block.</summary>
    public abstract void Due();
}

/// <summary>
/// When everything that looks after health is due: one timer for all of it, however many processes there are. It rings at multiples of 10 ms, so that a thousand
/// entries a second wake it a hundred times at most.
/// </summary>
internal sealed class Timetable(TimeProvider clock, Action<Exception> onFault) : IDisposable
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<(TimetableEntry Entry, long Setting), TimeSpan> _queue = new();
    private readonly long _origin = clock.GetTimestamp();
    private TimeSpan _ringsAt = TimeSpan.MaxValue;
    private ITimer? _timer;
    private bool _ended;

    /// <summary>Since the table was made; the clock being set changes nothing.</summary>
    public TimeSpan Now => clock.GetElapsedTime(_origin);

    /// <summary>Makes an entry due at a time, and at no other.</summary>
    public void Set(TimetableEntry entry, TimeSpan at)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _queue.Enqueue((entry, ++entry.Setting), at);
            if (at < _ringsAt)
            {
                Arm(at);
            }
        }
    }

    /// <summary>It isn't due any more; it may be about to be called.</summary>
    public void Clear(TimetableEntry entry)
    {
        lock (_gate)
        {
            entry.Setting++;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _queue.Clear();
            _timer?.Dispose();
        }
    }

    private void Arm(TimeSpan at)
    {
        var rest = at - Now;
        var wait = rest > LongestWait ? LongestWait : rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        var aligned = TimeSpan.FromTicks((((Now + wait).Ticks + Grain.Ticks - 1) / Grain.Ticks * Grain.Ticks) - Now.Ticks);
        _ringsAt = at;
        _timer ??= clock.CreateTimer(static table => ((Timetable)table!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(aligned > TimeSpan.Zero ? aligned : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        List<TimetableEntry> due = [];
        lock (_gate)
        {
            var now = Now;
            _ringsAt = TimeSpan.MaxValue;
            while (_queue.TryPeek(out var next, out var at))
            {
                if (next.Setting != next.Entry.Setting)
                {
                    _queue.Dequeue();
                }
                else if (at <= now)
                {
                    _queue.Dequeue();
                    due.Add(next.Entry);
                }
                else
                {
                    Arm(at);
                    break;
                }
            }
        }

        foreach (var entry in due)
        {
            try
            {
                entry.Due();
            }
            catch (Exception bug)
            {
                // Whatever is wrong with one entry, the others keep their times.
                onFault(bug);
            }
        }
    }
}
