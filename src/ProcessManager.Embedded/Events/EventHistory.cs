using System.Runtime.CompilerServices;

namespace ProcessManager.Embedded;

/// <summary>
/// Events for subscribers: the last ones in memory, the kept ones in the journal. A subscriber is nothing but a position; it is woken when
/// there is more and reads at its own pace, so a slow one holds nobody up and costs no memory. What is trimmed before it came is told as Missed.
/// </summary>
internal sealed class EventHistory(string databasePath, long last)
{
    private const int Recent = 4_096;

    private readonly Lock _gate = new();
    private readonly Queue<(long Position, ProcessEvent Event)> _recent = new();
    private long _last = last;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the events of a transaction; in order.</summary>
    public void Add(IReadOnlyList<ProcessEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        TaskCompletionSource more;
        lock (_gate)
        {
            foreach (var told in events)
            {
                _last = EventCursor.Parse(told.Cursor);
                _recent.Enqueue((_last, told));
            }

            while (_recent.Count > Recent)
            {
                _recent.Dequeue();
            }

            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf, CancellationToken cancellationToken)
    {
        // The position is taken now, not at the first read: what happens after the call is seen.
        var from = query.After is { } after ? EventCursor.Parse(after) : Position;
        return ReadAsync(from, query, labelsOf, cancellationToken);
    }

    private long Position
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    private async IAsyncEnumerable<ProcessEvent> ReadAsync(
        long position, EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            List<ProcessEvent> batch = [];
            long oldest;
            lock (_gate)
            {
                more = _more.Task;
                oldest = _recent.TryPeek(out var first) ? first.Position : _last + 1;
                if (position >= oldest - 1)
                {
                    batch = [.. _recent.Where(told => told.Position > position).Select(told => told.Event)];
                }
            }

            if (position < oldest - 1)
            {
                (batch, oldest) = JournalReader.Events(databasePath, position, Recent);
                if (position > 0 && oldest > position + 1)
                {
                    yield return Missed(oldest - position - 1, oldest - 1);
                }
            }

            foreach (var told in batch)
            {
                position = EventCursor.Parse(told.Cursor);
                if (Matches(told, query, labelsOf))
                {
                    yield return told;
                }
            }

            if (batch.Count == 0 && !query.Follow)
            {
                yield break;
            }

            if (batch.Count == 0)
            {
                await more.WaitAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static ProcessEvent Missed(long count, long position) => new()
    {
        Cursor = EventCursor.Format(position),
        Time = default,
        Type = EventType.Missed,
        Data = new EventData { Count = count },
    };

    private static bool Matches(ProcessEvent told, EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf) =>
        (query.Types.Count == 0 || query.Types.Contains(told.Type))
        && (query.Ids.Count == 0 || (told.Id is { } id && query.Ids.Contains(id)))
        && (query.Labels.Count == 0 || (told.Id is { } labelled && labelsOf(labelled) is { } labels && labels.Match(query.Labels)));
}
