namespace ProcessManager.Os;

/// <summary>Which attempts wrote, and where their output begins. Epochs rise. Guarded by the lock of its <see cref="ProcessLog"/>.</summary>
internal sealed class LogAttempts
{
    private readonly List<LogAttempt> _attempts = [];

    internal IReadOnlyList<LogAttempt> All => _attempts;

    /// <summary>A first attempt in a new folder isn't in the index.</summary>
    internal Epoch Last => _attempts is [.., var last] ? last.Epoch : new Epoch(1, 1);

    internal bool EndsWith(Epoch epoch) => _attempts.Count > 0 && _attempts[^1].Epoch == epoch;

    /// <summary>An epoch that doesn't rise belongs to a new process of the same name, and what came before is forgotten.</summary>
    internal void Add(LogAttempt attempt)
    {
        if (_attempts.Count > 0 && _attempts[^1].Epoch >= attempt.Epoch)
        {
            _attempts.Clear();
        }

        _attempts.Add(attempt);
    }

    /// <summary>Where the first attempt that isn't before an epoch begins; null when there is none.</summary>
    internal long? StartOf(Epoch epoch, LogStream stream)
    {
        var index = IndexOf(epoch);
        return index < 0 ? null : _attempts[index].Start(stream);
    }

    /// <summary>Where an attempt's part of a stream begins and ends; null for an attempt that isn't known.</summary>
    /// <param name="end">Where the stream ends.</param>
    internal (long Start, long End)? Range(Epoch epoch, LogStream stream, long end)
    {
        var index = IndexOf(epoch);
        if (index >= 0 && _attempts[index].Epoch == epoch)
        {
            return (_attempts[index].Start(stream), index + 1 < _attempts.Count ? _attempts[index + 1].Start(stream) : end);
        }

        // A first attempt in a new folder isn't in the index: it is what stands before the first that is.
        return index switch
        {
            0 => (0, _attempts[0].Start(stream)),
            -1 when _attempts.Count == 0 => (0, end),
            _ => null,
        };
    }

    /// <summary>Whether an attempt's errors went where its output did; null for one that isn't known.</summary>
    internal bool? IsMerged(Epoch epoch)
    {
        var index = _attempts.FindIndex(attempt => attempt.Epoch == epoch);
        return index < 0 ? null : _attempts[index].Merged;
    }

    internal void DropBefore(Epoch keep)
    {
        var index = IndexOf(keep);
        _attempts.RemoveRange(0, index < 0 ? _attempts.Count : index);
    }

    internal void KeepLast(int count) => _attempts.RemoveRange(0, Math.Max(0, _attempts.Count - count));

    private int IndexOf(Epoch epoch) => _attempts.FindIndex(attempt => attempt.Epoch >= epoch);
}
