using System.Runtime.CompilerServices;

namespace ProcessManager.Testing;

/// <summary>All that was told, from the first event: a subscriber is a position in it.</summary>
internal sealed class MemoryEvents
{
    private readonly Lock _gate = new();
    private readonly List<ProcessEvent> _events = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(IEnumerable<ProcessEvent> events)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            foreach (var told in events)
            {
                _events.Add(told with { Cursor = EventCursor.Format(_events.Count + 1), Node = FakeProcessManager.NodeName });
            }

            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf, CancellationToken cancellationToken)
    {
        // The position is taken now, not at the first read: what happens after the call is seen.
        lock (_gate)
        {
            var from = query.After is { } after ? EventCursor.Parse(after) : _events.Count;
            return ReadAsync((int)Math.Min(from, int.MaxValue), query, labelsOf, cancellationToken);
        }
    }

    private async IAsyncEnumerable<ProcessEvent> ReadAsync(
        int position, EventQuery query, Func<ProcessId, ValueMap<string>?> labelsOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            List<ProcessEvent> batch;
            lock (_gate)
            {
                more = _more.Task;
                batch = [.. _events.Skip(position)];
            }

            foreach (var told in batch.Where(told => query.Matches(told, labelsOf)))
            {
                yield return told;
            }

            position += batch.Count;
            if (batch.Count == 0)
            {
                if (!query.Follow)
                {
                    yield break;
                }

                await more.WaitAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
