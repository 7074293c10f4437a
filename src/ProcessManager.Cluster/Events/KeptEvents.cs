namespace ProcessManager.Cluster;

/// <summary>
/// The log as it was loaded and what was written since; nothing in it isn't durable. When a write fails nobody knows whether it is in the row, so all of this is thrown away and
/// loaded again: then the row tells. A write that is late and lands only after that changes the row's ETag, so that what was decided without it can't be written.
/// </summary>
internal sealed class KeptEvents
{
    private const int Recent = 4_096;

    /// <summary>Segments let go at a time when one begins: more than come, so that it catches up, and few enough to look at.</summary>
    private const int LetGoAtOnce = 32;

    private readonly EventRows _rows;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly StoredRow<EventLogHead> _head;
    private readonly EventRing<EventEntry> _recent;
    private readonly KnownNumbers _known;
    private StoredRow<EventSegment> _segment;
    private (long Number, EventSegment Segment)? _oldest;
    private long _firstRow;
    private Task _clearing = Task.CompletedTask;

    private KeptEvents(
        EventRows rows, EventLogOptions options, TimeProvider clock, StoredRow<EventLogHead> head, EventRing<EventEntry> recent, KnownNumbers known, StoredRow<EventSegment> segment)
    {
        (_rows, _options, _clock, _head, _recent, _known, _segment) = (rows, options, clock, head, recent, known, segment);
        _firstRow = head.State.FirstRow;
    }

    public long Last => _recent.Last;

    /// <summary>The first position that is kept.</summary>
    public long Oldest => (_head.State.FirstKept * EventSegment.Size) + 1;

    /// <summary>How many more the present segment takes.</summary>
    public int Room => _head.State.Begun == 0 ? 0 : EventSegment.Size - _segment.State.Entries.Count;

    public static async Task<KeptEvents> LoadAsync(EventRows rows, EventLogOptions options, TimeProvider clock)
    {
        var head = await rows.HeadAsync();
        var first = Math.Max(head.State.FirstKept, head.State.Begun - (Recent / EventSegment.Size));
        var segments = await rows.SegmentsAsync(first, head.State.Begun);

        // Only the last may have room. Should a row before it be lost, memory begins behind that.
        var whole = segments.SkipLast(1).ToList().FindLastIndex(segment => segment.State.Entries.Count < EventSegment.Size) + 1;
        var start = (first + whole) * EventSegment.Size;
        var recent = new EventRing<EventEntry>(Recent, start);
        var known = new KnownNumbers(start + 1);
        foreach (var entry in segments.Skip(whole).SelectMany(segment => segment.State.Entries))
        {
            recent.Add(entry);
            known.Add(entry.Life, entry.Number, recent.Last);
        }

        return new KeptEvents(rows, options, clock, head, recent, known, segments is [.., var last] ? last : new StoredRow<EventSegment>());
    }

    /// <summary>What of a batch isn't here yet. It counts as known from now on; when it isn't written then, all of this is thrown away.</summary>
    public async Task<List<EventEntry>> FreshAsync(EventBatch batch)
    {
        var have = _known.Of(batch.Life);
        var since = DateTimeOffset.MinValue;
        if (have is null && batch.Repeated && batch.Life != Guid.Empty)
        {
            have = await LookBackAsync(batch.Life);

            // Nothing of it is kept. What is older than all that is kept was here and went, or would go at once.
            if (have is null && _head.State.FirstKept > 0 && (await SegmentAsync(_head.State.FirstKept)).Entries is [var oldest, ..])
            {
                since = oldest.Event.Time;
            }
        }

        var fresh = batch.Events.Select((told, index) => new EventEntry(told, batch.Labels, batch.Life, batch.Life == Guid.Empty ? 0 : batch.FirstNumber + index))
            .Where(entry => (have is null || entry.Number > have) && entry.Event.Time > since)
            .ToList();
        if (fresh is [.., var last])
        {
            _known.Add(last.Life, last.Number, Last + fresh.Count);
        }

        return fresh;
    }

    /// <summary>Begins a segment, and lets go of what needn't be kept any longer.</summary>
    public async Task BeginSegmentAsync()
    {
        // When it failed it is gone on with now: nobody reads those rows, and the head says from where on there are any.
        await _clearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var firstKept = await FirstKeptAsync();
        _head.State = new EventLogHead { FirstRow = _firstRow, FirstKept = firstKept, Begun = _head.State.Begun + 1 };
        await _rows.WriteAsync(_head);
        _segment = new StoredRow<EventSegment>();
        _known.ForgetBefore(Oldest);
        _clearing = ClearAsync(firstKept);
    }

    /// <summary>Gives events their positions and makes them durable; there is <see cref="Room"/> for them.</summary>
    /// <returns>The position before the first of them.</returns>
    public async Task<long> WriteAsync(IReadOnlyList<EventEntry> fresh)
    {
        var before = Last;
        var placed = fresh.Select((entry, index) => entry with { Event = entry.Event with { Cursor = EventCursor.Format(before + 1 + index) } }).ToArray();
        _segment.State = new EventSegment { Entries = [.. _segment.State.Entries, .. placed] };
        await _rows.WriteAsync(_head.State.Begun - 1, _segment);
        foreach (var entry in placed)
        {
            _recent.Add(entry);
        }

        return before;
    }

    /// <summary>Whether one of the events after a position, which are in memory, matches.</summary>
    public bool AnyAfter(long position, EventQuery query)
    {
        for (var at = Math.Max(position, _recent.Oldest - 1) + 1; at <= Last; at++)
        {
            if (query.Matches(_recent[at].Event, _recent[at].Labels))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What there is after a position now: as much of it as goes into a page.</summary>
    public async Task<EventPage> ReadAsync(EventQuery query, long after)
    {
        var page = new PageInWriting(query, after, Oldest);
        while (page.Position < Last && !page.Full)
        {
            if (_recent.Has(page.Position))
            {
                page.Take(_recent[page.Position + 1]);
            }
            else
            {
                var number = page.Position / EventSegment.Size;
                page.TakeRow((await _rows.SegmentAsync(number)).State, number);
            }
        }

        return page.Done();
    }

    private async Task<long?> LookBackAsync(Guid life)
    {
        if (_known.From > Oldest)
        {
            var first = _head.State.FirstKept;
            var segments = await _rows.SegmentsAsync(first, (_known.From - 1) / EventSegment.Size);
            _known.AddOlder(
                segments.SelectMany((segment, index) => segment.State.Entries.Select((entry, at) => (((first + index) * EventSegment.Size) + at + 1, entry))),
                (first * EventSegment.Size) + 1);
        }

        return _known.Of(life);
    }

    private async Task<long> FirstKeptAsync()
    {
        var first = _head.State.FirstKept;
        var before = _clock.GetUtcNow() - _options.KeptFor;
        for (var looked = 0; looked < LetGoAtOnce && first < _head.State.Begun - 1; looked++, first++)
        {
            var tooMany = (first + 1) * EventSegment.Size <= Last - _options.Kept;
            if (!tooMany && (await SegmentAsync(first)).Entries is [.., var newest] && newest.Event.Time >= before)
            {
                break;
            }
        }

        return first;
    }

    /// <summary>The one that was looked at last is kept in mind: it is the oldest, and asked for each time a segment begins.</summary>
    private async Task<EventSegment> SegmentAsync(long number)
    {
        if (_oldest is { } known && known.Number == number)
        {
            return known.Segment;
        }

        var segment = (await _rows.SegmentAsync(number)).State;
        _oldest = segment.Entries.Count == EventSegment.Size ? (number, segment) : null;
        return segment;
    }

    private async Task ClearAsync(long end)
    {
        for (; _firstRow < end; _firstRow++)
        {
            await _rows.ClearAsync(_firstRow);
        }
    }
}
