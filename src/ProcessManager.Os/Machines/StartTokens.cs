namespace ProcessManager.Os;

/// <summary>Hands out the tokens of <see cref="StartBucket"/>, first come, first served.</summary>
internal sealed class StartTokens : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Action<ProcessId, Epoch> _granted;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Queue<(ProcessId Id, Epoch Epoch)> _line = new();
    private StartBucket _bucket;

    public StartTokens(TimeProvider clock, Action<ProcessId, Epoch> granted)
    {
        _clock = clock;
        _granted = granted;
        _bucket = StartBucket.Full(clock.GetUtcNow());
        _timer = clock.CreateTimer(_ => Serve(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Ask(ProcessId id, Epoch epoch)
    {
        lock (_gate)
        {
            _line.Enqueue((id, epoch));
        }

        Serve();
    }

    public void Dispose() => _timer.Dispose();

    private void Serve()
    {
        List<(ProcessId Id, Epoch Epoch)> served = [];
        lock (_gate)
        {
            (_bucket, var taken) = _bucket.Take(_line.Count, _clock.GetUtcNow());
            while (taken-- > 0)
            {
                served.Add(_line.Dequeue());
            }

            if (_line.Count > 0)
            {
                var wait = _bucket.NextAt - _clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
                _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var (id, epoch) in served)
        {
            _granted(id, epoch);
        }
    }
}
