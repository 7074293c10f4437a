namespace ProcessManager.Testing;

/// <summary>
/// A clock that stands still until a test moves it. <see cref="Advance"/> stops at each timer on the way, in order, so a wait that another one
/// sets off within the same span comes at its own time.
/// </summary>
public sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(FakeTimer Timer, long Version), (DateTimeOffset Due, long Order)> _timers = new();
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _order;

    /// <param name="start">2026-01-01T00:00:00Z when absent.</param>
    public FakeClock(DateTimeOffset? start = null) => _now = _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass. What it sets off in the manager has happened when this returns; who awaited it goes on beside.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var until = GetUtcNow() + span;
        while (Next(until) is { } due)
        {
            due.Ring();
        }

        lock (_gate)
        {
            _now = until > _now ? until : _now;
        }
    }

    private FakeTimer? Next(DateTimeOffset until)
    {
        lock (_gate)
        {
            while (_timers.TryPeek(out var entry, out var at))
            {
                if (entry.Version != entry.Timer.Version)
                {
                    _timers.Dequeue();
                    continue;
                }

                if (at.Due > until)
                {
                    return null;
                }

                _timers.Dequeue();
                _now = at.Due > _now ? at.Due : _now;
                Arm(entry.Timer, entry.Timer.Period);
                return entry.Timer;
            }

            return null;
        }
    }

    private void Arm(FakeTimer timer, TimeSpan wait)
    {
        timer.Version++;
        if (wait >= TimeSpan.Zero)
        {
            _timers.Enqueue((timer, timer.Version), (_now + wait, _order++));
        }
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>Rises with every change, so that what was due before is known to be void.</summary>
        public long Version { get; set; }

        /// <summary>Negative: it rings once.</summary>
        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (clock._gate)
            {
                Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                now = dueTime == TimeSpan.Zero;
                clock.Arm(this, now ? Period : dueTime);
            }

            if (now)
            {
                // What is due at once doesn't wait for somebody to move the clock; not on this thread, which may hold the caller's locks.
                ThreadPool.QueueUserWorkItem(static timer => timer.Ring(), this, preferLocal: false);
            }

            return true;
        }

        public void Ring() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
