namespace ProcessManager.Os;

/// <summary>Tells once when a process has written nothing for a time. Looks at its files' times when it could be so, and not before.</summary>
internal sealed class IdleWatch : IDisposable
{
    /// <summary>The grain of a file's time is a tick of the kernel: 4 to 10 ms.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly Func<DateTimeOffset?> _lastWrite;
    private readonly Action<DateTimeOffset> _onIdle;
    private readonly DateTimeOffset _since;
    private readonly ITimer _timer;

    /// <param name="lastWrite">Null: it never wrote.</param>
    public IdleWatch(TimeProvider clock, TimeSpan limit, Func<DateTimeOffset?> lastWrite, Action<DateTimeOffset> onIdle)
    {
        (_clock, _limit, _lastWrite, _onIdle, _since) = (clock, limit, lastWrite, onIdle, clock.GetUtcNow());
        _timer = clock.CreateTimer(x => ((IdleWatch)x!).Look(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _clock.GetUtcNow();
        var last = _lastWrite() is { } write && write > _since ? write : _since;
        var left = last + _limit - now;
        if (left <= TimeSpan.Zero)
        {
            _onIdle(now);
        }
        else
        {
            _timer.Change(left + Grain, Timeout.InfiniteTimeSpan);
        }
    }
}
