namespace ProcessManager.Os;

/// <summary>
/// Hands work from many threads to one that blocks for it. Made of a monitor alone: it starts no thread and queues nothing to the pool,
/// whoever calls it (see <see cref="SpawnWindow"/>).
/// </summary>
internal sealed class WorkQueue<T>
{
    private readonly object _gate = new();
    private List<T> _items = [];
    private bool _isClosed;

    /// <summary>False when it is closed.</summary>
    public bool Add(T item)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _items.Add(item);
            if (_items.Count == 1)
            {
                Monitor.Pulse(_gate);
            }

            return true;
        }
    }

    /// <summary>What was added is still taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for items, and exchanges them for the empty list <paramref name="batch"/>. False when closed and empty.</summary>
    public bool Take(ref List<T> batch)
    {
        lock (_gate)
        {
            while (_items.Count == 0)
            {
                if (_isClosed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            (batch, _items) = (_items, batch);
            return true;
        }
    }
}
