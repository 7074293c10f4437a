namespace ProcessManager.Cluster;

/// <summary>The last event of each process that the log has. Numbers of a process rise with the positions, so the last one says it all.</summary>
/// <param name="from">Everything from this position on is known.</param>
internal sealed class KnownNumbers(long from)
{
    /// <summary>Looking for what may be forgotten costs a pass over all.</summary>
    private const int ForgetEvery = 1_024;

    private readonly Dictionary<Guid, (long Number, long Position)> _last = [];
    private long _forgottenBefore;

    public long From { get; private set; } = from;

    public void Add(Guid life, long number, long position)
    {
        if (life != Guid.Empty)
        {
            _last[life] = (number, position);
        }
    }

    /// <summary>What is before <see cref="From"/>.</summary>
    public void AddOlder(IEnumerable<(long Position, EventEntry Entry)> entries, long from)
    {
        foreach (var (position, entry) in entries)
        {
            if (!_last.TryGetValue(entry.Life, out var known) || known.Number < entry.Number)
            {
                Add(entry.Life, entry.Number, position);
            }
        }

        From = from;
    }

    /// <summary>Null: nothing is known of it from <see cref="From"/> on.</summary>
    public long? Of(Guid life) => _last.TryGetValue(life, out var known) ? known.Number : null;

    /// <summary>Processes whose last event isn't kept any longer.</summary>
    public void ForgetBefore(long position)
    {
        if (position - _forgottenBefore < ForgetEvery)
        {
            return;
        }

        _forgottenBefore = position;
        foreach (var (life, known) in _last)
        {
            if (known.Position < position)
            {
                _last.Remove(life);
            }
        }
    }
}
