namespace ProcessManager.Os;

/// <summary>
/// Looks at the logs of live children, on one thread for all of them, asleep while there are none.
/// <code>
/// just started    10 ms, then twice as long each time up to 640 ms: a child that writes at full speed from its first moment is seen in time
/// grows           every 5-100 ms, by its rate; one that is followed likewise
/// slow or quiet   once a second, in one pass over all of them (two statx each: about 1.5 us)
/// </code>
/// A pass that takes over 1 ms comes less often, at least every 5 s, so that it costs 0.1 % of a core. What the budget promises is about steady
/// writing: a child that falls from silence into 1 GB/s can write 1 GB (at worst 5) before it is noticed; then its log is back within
/// the budget at once.
/// </summary>
internal sealed class LogWatch(TimeProvider clock, Action<ProcessLog, Exception> failed) : IDisposable
{
    private static readonly TimeSpan Pass = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(5);

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Lock _gate = new();
    private readonly List<Watched> _incoming = [];
    private readonly List<Watched> _active = [];
    private readonly List<Watched> _quiet = [];
    private Thread? _thread;
    private long _wakeAt;
    private long _nextPass;
    private bool _ended;

    /// <summary>Looks at a log until what is returned is told that it is over.</summary>
    internal Watched Add(ProcessLog log, bool followed)
    {
        var now = clock.GetTimestamp();
        var watched = new Watched(log, followed) { LookedAt = now };
        watched.Due = now + Ticks(watched.Interval);
        lock (_gate)
        {
            _incoming.Add(watched);
            if (_thread is null && !_ended)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "procman logs" };
                _thread.Start();
            }
        }

        if (Volatile.Read(ref _wakeAt) > watched.Due)
        {
            _wake.Set();
        }

        return watched;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _wake.Set();
        _thread?.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return;
                }

                _active.AddRange(_incoming);
                _incoming.Clear();
            }

            var now = clock.GetTimestamp();
            LookAtActive(now);
            if (now >= _nextPass)
            {
                LookAtQuiet(now);
            }

            Rest();
        }
    }

    private void LookAtActive(long now)
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            var watched = _active[i];
            if (watched.Due <= now)
            {
                Look(watched, now);
            }

            if (watched.Over || watched.Quiet)
            {
                _active[i] = _active[^1];
                _active.RemoveAt(_active.Count - 1);
                if (!watched.Over)
                {
                    _quiet.Add(watched);
                }
            }
        }
    }

    private void LookAtQuiet(long now)
    {
        _quiet.RemoveAll(watched => watched.Over);
        foreach (var watched in _quiet)
        {
            Look(watched, now);
        }

        _active.AddRange(_quiet.Where(watched => !watched.Quiet));
        _quiet.RemoveAll(watched => !watched.Quiet);

        var cost = clock.GetElapsedTime(now) * 1000;
        _nextPass = now + Ticks(cost < Pass ? Pass : cost > LongestPass ? LongestPass : cost);
    }

    private void Look(Watched watched, long now)
    {
        try
        {
            watched.Plan(watched.Log.Look(), clock.GetElapsedTime(watched.LookedAt, now));
        }
        catch (Exception e)
        {
            // Whatever is wrong with one log must not end the watch over the others.
            failed(watched.Log, e);
            watched.Plan(0, Pass);
        }

        watched.LookedAt = now;
        watched.Due = now + Ticks(watched.Interval);
    }

    private void Rest()
    {
        // Set before looking at what came in meanwhile, so that whoever adds sees one or the other.
        var next = _active.Count + _quiet.Count == 0 ? long.MaxValue : _nextPass;
        foreach (var watched in _active)
        {
            next = Math.Min(next, watched.Due);
        }

        Volatile.Write(ref _wakeAt, next);
        lock (_gate)
        {
            if (_incoming.Count > 0)
            {
                next = Math.Min(next, _incoming[0].Due);
            }
        }

        if (next == long.MaxValue)
        {
            _wake.WaitOne();
        }
        else if (clock.GetElapsedTime(clock.GetTimestamp(), next) is var wait && wait > TimeSpan.Zero)
        {
            _wake.WaitOne(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
