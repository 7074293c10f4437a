namespace ProcessManager.Cli;

/// <summary>
/// Gives memory back when the daemon was busy and is idle again. The collector comes when much is allocated, and an idle manager allocates
/// next to nothing: what a burst left behind would stay for days.
/// </summary>
internal sealed class IdleHeap : IDisposable
{
    /// <summary>Less than this between two looks is idle. A collection then takes some 20 ms that nobody waits for.</summary>
    private const long Idle = 1 << 20;

    private const long WorthWhile = 8 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;
    private long _seen;
    private long _collectedAt;

    public IdleHeap(TimeProvider clock) => _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _seen < Idle && allocated - _collectedAt > WorthWhile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _collectedAt = allocated;
        }

        _seen = allocated;
    }
}
