namespace ProcessManager.Os;

/// <summary>Tells once that a process has given no sign of life for too long.</summary>
internal sealed class Watchdog(Timetable table, TimeSpan limit, Action onExpired) : TimetableEntry, IDisposable
{
    private readonly Lock _gate = new();
    private TimeSpan _limit = limit;
    private TimeSpan _last = table.Now;
    private bool _paused;
    private bool _over;

    public void Start() => table.Set(this, _last + _limit);

    public void Sign()
    {
        lock (_gate)
        {
            _last = table.Now;
        }
    }

    /// <summary>The process wants another limit.</summary>
    public void Limit(TimeSpan limit)
    {
        lock (_gate)
        {
            (_limit, _last) = (limit, table.Now);
            if (!_over)
            {
                table.Set(this, _last + _limit);
            }
        }
    }

    public void Expire()
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
        }

        onExpired();
    }

    /// <summary>While its process is suspended it can't give any.</summary>
    public void Pause(bool paused)
    {
        lock (_gate)
        {
            (_paused, _last) = (paused, table.Now);
        }
    }

    public override void Due()
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            if (_paused || table.Now < _last + _limit)
            {
                table.Set(this, _paused ? table.Now + _limit : _last + _limit);
                return;
            }
        }

        Expire();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            table.Clear(this);
        }
    }
}
