using System.Runtime.CompilerServices;
using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// Events for subscribers anywhere in the cluster. A subscription is a position and a query that are sent again and again, each time answered with what there is or, after a while,
/// with nothing; so it survives the loss of the silo that the log was on.
/// </summary>
internal sealed class EventClient(IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>So long may nothing answer. A lost silo is noticed and replaced in seconds.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="ProcessManagerException">InvalidSpec, at once: not a cursor. When read, after a minute of trying: Unavailable, StorageUnavailable.</exception>
    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken)
    {
        long? after = query.After is { } cursor ? EventCursor.Parse(cursor) : null;

        // Asked for now and not at the first read: what happens after the call is seen.
        var now = after is null || !query.Follow ? AskAsync(log => log.PositionAsync(), cancellationToken) : null;
        return ReadAsync(query, after, now, cancellationToken);
    }

    private async IAsyncEnumerable<ProcessEvent> ReadAsync(EventQuery query, long? after, Task<long>? now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? present = now is null ? null : await now.WaitAsync(cancellationToken);
        var position = after ?? present!.Value;
        var end = query.Follow ? long.MaxValue : present!.Value;
        while (position < end)
        {
            var from = position;
            var page = await AskAsync(log => log.ReadAsync(query, from, query.Follow ? Poll : TimeSpan.Zero), cancellationToken);
            if (page.Missed > 0)
            {
                yield return EventTelling.Missed(page.Missed, position + page.Missed);
            }

            foreach (var told in page.Events)
            {
                yield return told;
                cancellationToken.ThrowIfCancellationRequested();
            }

            position = page.Next;
        }
    }

    /// <summary>Asks until there is an answer with a value; reading twice harms nothing.</summary>
    private async Task<T> AskAsync<T>(Func<IEventLogGrain, Task<Answer<T>>> ask, CancellationToken cancellationToken)
    {
        var log = grains.GetGrain<IEventLogGrain>(0);
        var begun = clock.GetTimestamp();
        while (true)
        {
            var answer = await Repeating.UntilAsync(() => ask(log), Silence, clock, cancellationToken);
            if (answer.Error is not { Code: ErrorCode.StorageUnavailable or ErrorCode.Unavailable } || clock.GetElapsedTime(begun) > Silence)
            {
                return answer.Unwrap();
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
