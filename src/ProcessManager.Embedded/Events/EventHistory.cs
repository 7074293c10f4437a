using System.Runtime.CompilerServices;

namespace ProcessManager.Embedded;

/// <summary>
/// Events for subscribers: the last ones in memory, the kept ones in the journal. A subscriber is nothing but a position; it is woken when
/// there is more and reads at its own pace, so a slow one holds nobody up and costs no memory. What is trimmed before it came is told as Missed.
/// </summary>
internal sealed class EventHistory(string databasePath, long last)
{
    private const int Recent = 4_096;

    /// <summary>Read at a time by a subscriber; copied while the others wait.</summary>
    private const int Batch = 256;

    private readonly Lock _gate = new();
    private readonly EventRing<ProcessEvent> _recent = new(Recent, last);
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
                _recent.Add(told);
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
                return _recent.Last;
            }
        }
    }

    private async IAsyncEnumerable<ProcessEvent> ReadAsync(
        long position, EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            IReadOnlyList<ProcessEvent>? batch;
            lock (_gate)
            {
                more = _more.Task;
                batch = _recent.Has(position) ? _recent.After(position, Batch) : null;
            }

            if (batch is null)
            {
                (batch, var oldest) = JournalReader.Events(databasePath, position, Recent);
                if (position > 0 && oldest > position + 1)
                {
                    yield return EventTelling.Missed(oldest - position - 1, oldest - 1);
                }
            }

            foreach (var told in batch)
            {
                if (query.Matches(told, labelsOf))
                {
                    yield return told;
                }
            }

            if (batch is [.., var newest])
            {
                position = EventCursor.Parse(newest.Cursor);
            }
            else if (!query.Follow)
            {
                yield break;
            }
            else
            {
                await more.WaitAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
