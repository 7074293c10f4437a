namespace ProcessManager;

/// <summary>One timer for all: each entity has at most one time at which it wants to be woken.</summary>
internal sealed class AlarmClock : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _rounding;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<ProcessEntity, DateTimeOffset> _queue = new();
    private readonly Dictionary<ProcessEntity, DateTimeOffset> _wanted = [];
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;

    /// <param name="clock">Whose time it is.</param>
    /// <param name="rounding">What its timers may ring too early: those of the system have milliseconds and round down.</param>
    public AlarmClock(TimeProvider clock, TimeSpan rounding)
    {
        _clock = clock;
        _rounding = rounding;
        _timer = clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Replaces what the entity wanted; null: not to be woken.</summary>
    public void Set(ProcessEntity entity, DateTimeOffset? at)
    {
        lock (_gate)
        {
            if (at is not { } time)
            {
                _wanted.Remove(entity);
                return;
            }

            if (_wanted.TryGetValue(entity, out var before) && before == time)
            {
                return;
            }

            _wanted[entity] = time;
            _queue.Enqueue(entity, time);
            if (time < _armed)
            {
                Arm(time);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        var now = _clock.GetUtcNow();
        List<ProcessEntity> due = [];
        lock (_gate)
        {
            _armed = DateTimeOffset.MaxValue;
            while (_queue.TryPeek(out var entity, out var at))
            {
                var current = _wanted.TryGetValue(entity, out var wanted) && wanted == at;
                if (current && at > now)
                {
                    Arm(at);
                    break;
                }

                _queue.Dequeue();
                if (current)
                {
                    _wanted.Remove(entity);
                    due.Add(entity);
                }
            }
        }

        foreach (var entity in due)
        {
            entity.Tell(new ProcessOrder.Wake());
        }
    }

    private void Arm(DateTimeOffset at)
    {
        _armed = at;

        // So that it is past when it rings. A day at most: timers have an upper limit.
        var wait = at - _clock.GetUtcNow() + _rounding;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
