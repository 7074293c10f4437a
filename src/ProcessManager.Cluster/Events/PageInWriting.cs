namespace ProcessManager.Cluster;

/// <summary>A page as it is put together from a position on.</summary>
/// <param name="oldest">The first position that is kept.</param>
internal sealed class PageInWriting(EventQuery query, long after, long oldest)
{
    private const int MaxEvents = 256;

    private const int MaxCharacters = 256 * 1_024;

    /// <summary>Rows looked at for one page, when little in them matches: an answer must come soon.</summary>
    private const int MaxRows = 64;

    /// <summary>What an event has at least, as JSON.</summary>
    private const int EventCharacters = 300;

    private readonly List<ProcessEvent> _events = [];
    private long _missed = after == 0 ? 0 : Math.Max(0, oldest - 1 - after);
    private int _characters;
    private int _rows;

    /// <summary>What was looked at so far.</summary>
    public long Position { get; private set; } = Math.Max(after, oldest - 1);

    public bool Full => _events.Count >= MaxEvents || _characters >= MaxCharacters || _rows >= MaxRows;

    /// <summary>The entry after <see cref="Position"/>.</summary>
    public void Take(EventEntry entry)
    {
        Position++;
        if (query.Matches(entry.Event, entry.Labels))
        {
            _events.Add(entry.Event);
            var data = entry.Event.Data;
            _characters += EventCharacters + (data.Detail?.Length ?? 0) + (data.Error?.Message.Length ?? 0) + (data.Result?.LastErrorLines?.Length ?? 0);
        }
    }

    /// <summary>The row that holds the entry after <see cref="Position"/>.</summary>
    public void TakeRow(EventSegment row, long number)
    {
        var start = number * EventSegment.Size;
        while (Position - start < row.Entries.Count && !Full)
        {
            Take(row.Entries[(int)(Position - start)]);
        }

        _rows++;
        if (row.Entries.Count < EventSegment.Size && !Full)
        {
            // It was let go while it was being read.
            _missed += after == 0 ? 0 : start + EventSegment.Size - Position;
            Position = start + EventSegment.Size;
        }
    }

    public EventPage Done() => new([.. _events], Position, _missed);
}
