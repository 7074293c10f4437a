namespace ProcessManager;

/// <summary>
/// The last events in memory. Positions follow each other without a gap, so a position is a place in an array and nothing is searched for. Not safe for several threads.
/// </summary>
/// <param name="capacity">How many are held at most.</param>
/// <param name="last">The position of the last event before those that are added.</param>
internal sealed class EventRing<T>(int capacity, long last)
{
    private readonly T[] _items = new T[capacity];

    /// <summary>The position of the last event, held or not.</summary>
    public long Last { get; private set; } = last;

    /// <summary>The position of the oldest that is held, or of the next one when none is.</summary>
    public long Oldest { get; private set; } = last + 1;

    public T this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(position, Oldest);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Last);
            return _items[position % capacity];
        }
    }

    /// <summary>Whether everything after this position is held.</summary>
    public bool Has(long after) => after >= Oldest - 1;

    /// <summary>Adds the one at the position after the last.</summary>
    public void Add(T item)
    {
        _items[++Last % capacity] = item;
        if (Last - Oldest >= capacity)
        {
            Oldest++;
        }
    }

    /// <summary>Those after a position, oldest first; empty when it is the last or past it.</summary>
    public T[] After(long position, int limit)
    {
        var items = new T[Math.Clamp(Last - position, 0, limit)];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = this[position + 1 + index];
        }

        return items;
    }
}
