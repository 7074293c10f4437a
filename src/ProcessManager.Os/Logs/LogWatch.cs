using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>
/// Looks at the logs of live children, on one thread for all of them, asleep while there is nothing to look at.
/// <code>
/// just started, or silent and writes again    after 10, 20, 40 ms...
/// writes, or is followed                      every 5-100 ms, by its rate
/// writes little                               once a second, in one pass over all of those
/// silent                                      not at all: the kernel tells of its first write
/// </code>
/// What the budget promises holds for steady writing and for a burst out of silence. A child that goes in a moment from little to 1 GB/s can write 1 GB before
/// it is noticed; then its log is back within the budget at once. A pass that takes over 1 ms (some 500 logs) comes less often, at
/// least every 5 s, so that it costs at most 0.1 % of a core up to 2,500 logs; the same goes for silent ones where the kernel grants no watches.
/// </summary>
internal sealed class LogWatch(LogSurroundings around, Action<ProcessLog, Exception> failed) : IDisposable
{
    private static readonly TimeSpan Pass = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPass = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock = around.Clock;
    private readonly FirstWrites _firstWrites = new();
    private readonly Lock _gate = new();
    private readonly List<Watched> _incoming = [];
    private readonly List<Watched> _leaving = [];
    private readonly List<Watched> _close = [];
    private readonly List<Watched> _loose = [];
    private readonly List<Watched> _written = [];
    private Thread? _thread;
    private long _wakeAt;
    private long _nextPass;
    private bool _ended;

    /// <summary>Looks at a log until what is returned is given to <see cref="Remove"/>.</summary>
    internal Watched Add(ProcessLog log, bool followed)
    {
        var now = _clock.GetTimestamp();
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
            _firstWrites.Wake();
        }

        return watched;
    }

    internal void Remove(Watched watched)
    {
        watched.Over = true;
        lock (_gate)
        {
            // Looked for only where no look comes by: the kernel's watch is to go.
            if (watched.Attention == Attention.None && !_ended)
            {
                _leaving.Add(watched);
                _firstWrites.Wake();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _firstWrites.Wake();
        _thread?.Join();
        _firstWrites.Dispose();
    }

    private void Run()
    {
        // Under load the 24 MiB between a log's step and its limit are but a few time slices of its writer.
        ThreadNiceness.RunEarly();
        _ = around.HolesSupported.Value;
        while (TakeChanges())
        {
            var now = _clock.GetTimestamp();
            LookClosely(now);
            if (now >= _nextPass)
            {
                LookLoosely(now);
            }

            Rest();
        }
    }

    private bool TakeChanges()
    {
        lock (_gate)
        {
            _close.AddRange(_incoming);
            _incoming.Clear();
            _leaving.ForEach(_firstWrites.Disarm);
            _leaving.Clear();
            return !_ended;
        }
    }

    private void LookClosely(long now)
    {
        foreach (var watched in _written.Where(watched => watched.Attention == Attention.None))
        {
            watched.Awake(_clock.GetElapsedTime(watched.LookedAt, now));
            watched.Due = now;
            _close.Add(watched);
        }

        _written.Clear();
        for (var i = _close.Count - 1; i >= 0; i--)
        {
            var watched = _close[i];
            if (watched.Due <= now && !watched.Over)
            {
                Look(watched);
            }

            if (watched.Over || watched.Attention != Attention.Close)
            {
                _close[i] = _close[^1];
                _close.RemoveAt(_close.Count - 1);
                Leave(watched);
            }
        }
    }

    private void LookLoosely(long now)
    {
        foreach (var watched in _loose.Where(watched => !watched.Over))
        {
            Look(watched);
        }

        _close.AddRange(_loose.Where(watched => watched.Attention == Attention.Close));
        var silent = _loose.FindAll(watched => watched.Attention == Attention.None);
        _loose.RemoveAll(watched => watched.Over || watched.Attention != Attention.Loose);
        silent.ForEach(Leave);

        var cost = _clock.GetElapsedTime(now) * 1000;
        _nextPass = now + Ticks(cost < Pass ? Pass : cost > LongestPass ? LongestPass : cost);
    }

    /// <summary>Where it goes that needn't be watched closely.</summary>
    private void Leave(Watched watched)
    {
        if (watched.Over)
        {
            _firstWrites.Disarm(watched);
            return;
        }

        if (watched.Attention == Attention.None)
        {
            if (!_firstWrites.Arm(watched))
            {
                watched.StayLoose();
            }
            else if (HasGrown(watched) || watched.Over)
            {
                // It wrote, or ended, before the kernel watched.
                _written.Add(watched);
            }
        }

        if (watched.Attention == Attention.Loose)
        {
            _loose.Add(watched);
        }
    }

    private void Look(Watched watched)
    {
        try
        {
            var look = watched.Log.Look();

            // Freeing takes its time and holds the writer up meanwhile: what is measured begins after it.
            var now = _clock.GetTimestamp();
            watched.Plan(look, _clock.GetElapsedTime(watched.LookedAt, now));
            watched.LookedAt = now;
        }
        catch (Exception e)
        {
            // Whatever is wrong with one log must not end the watch over the others.
            failed(watched.Log, e);
            watched.StayLoose();
        }

        watched.Due = watched.LookedAt + Ticks(watched.Interval);
    }

    private bool HasGrown(Watched watched)
    {
        try
        {
            return watched.Log.Look().Total != watched.Total;
        }
        catch (Exception e)
        {
            failed(watched.Log, e);
            return false;
        }
    }

    private void Rest()
    {
        var next = _loose.Count == 0 ? long.MaxValue : _nextPass;
        foreach (var watched in _close)
        {
            next = Math.Min(next, watched.Due);
        }

        // Set before the look at what came in meanwhile: whoever adds sees this, or is seen.
        Volatile.Write(ref _wakeAt, next);
        lock (_gate)
        {
            next = _incoming.Count > 0 ? Math.Min(next, _incoming[0].Due) : next;
        }

        if (_written.Count == 0)
        {
            var wait = next == long.MaxValue ? -1 : (int)Math.Clamp(Math.Ceiling(_clock.GetElapsedTime(_clock.GetTimestamp(), next).TotalMilliseconds), 0, 60_000);
            _firstWrites.Wait(wait, _written);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _clock.TimestampFrequency);
}
