namespace ProcessManager.Os;

/// <summary>Brings the output of those children into their logs that don't write to them: one thread for all of them, started by the first.</summary>
internal sealed class OutputPump : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PumpedStream> _streams = [];
    private EpollSet? _set;
    private Thread? _thread;
    private ulong _last = EpollSet.FirstKey;

    public void Add(PumpedStream stream)
    {
        lock (_gate)
        {
            if (_thread is null)
            {
                _set = new EpollSet();
                _thread = new Thread(Run) { IsBackground = true, Name = "procman output" };
                _thread.Start();
            }

            stream.Key = _last++;
            _streams[stream.Key] = stream;
            _ = _set!.TryAdd(stream.Source, stream.Key);
        }
    }

    /// <summary>Somebody writes to it (again): one that had no writer left isn't waited for. Harmless when it is.</summary>
    public void Resume(PumpedStream stream)
    {
        lock (_gate)
        {
            if (_streams.ContainsKey(stream.Key))
            {
                _ = _set!.TryAdd(stream.Source, stream.Key);
            }
        }
    }

    /// <summary>Out of the set before it is closed: a copy in a half-started child would keep it reporting.</summary>
    public void Remove(PumpedStream stream)
    {
        lock (_gate)
        {
            if (_streams.Remove(stream.Key))
            {
                _set!.Remove(stream.Source);
            }
        }

        stream.Dispose();
    }

    public void Dispose()
    {
        _set?.Stop();
        _thread?.Join();
        foreach (var stream in _streams.Values.ToList())
        {
            Remove(stream);
        }

        _set?.Dispose();
    }

    private void Run()
    {
        var ready = new List<ulong>();
        while (_set!.TryWait(-1, ready))
        {
            foreach (var key in ready)
            {
                Pump(key);
            }
        }
    }

    private void Pump(ulong key)
    {
        PumpedStream? stream;
        lock (_gate)
        {
            stream = _streams.GetValueOrDefault(key);
        }

        if (stream?.Pump(out _) == false)
        {
            lock (_gate)
            {
                if (_streams.ContainsKey(key))
                {
                    _set!.Remove(stream.Source);
                }
            }
        }
    }
}
