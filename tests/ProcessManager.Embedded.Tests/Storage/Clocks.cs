namespace ProcessManager.Embedded.Tests;

/// <summary>The system's clock, put forward when a test wants it.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}

/// <summary>The system's clock, but what is to happen every half minute happens twenty times a second; that is the resync.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private int _rung;

    public int Rung => Volatile.Read(ref _rung);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period.TotalSeconds is < 25 or > 35)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var soon = TimeSpan.FromMilliseconds(50);
        return base.CreateTimer(ring, state, soon, soon);

        void ring(object? given)
        {
            callback(given);
            Interlocked.Increment(ref _rung);
        }
    }
}
