using System.Runtime.CompilerServices;

namespace ProcessManager;

/// <summary>
/// Notices: what is sampled while somebody subscribes to it, neither journaled nor kept. They are taken when the subscriber is ready for them, so that one who is slow has fewer and
/// never holds anything up.
/// </summary>
internal static class Notices
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MetricsEvery = TimeSpan.FromSeconds(5);

    /// <summary>A subscription's events, with the notices that it names among them.</summary>
    /// <param name="list">The processes that match a query; the host's own.</param>
    public static IAsyncEnumerable<ProcessEvent> Among(
        IAsyncEnumerable<ProcessEvent> events,
        EventQuery query,
        Func<ProcessQuery, CancellationToken, Task<Page<ProcessInfo>>> list,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        query.Follow && query.Types.Any(type => type is EventType.MetricsSampled or EventType.StatusChanged)
            ? MergeAsync(events, query, new Samples(query, list, clock), clock, cancellationToken)
            : events;

    private static async IAsyncEnumerable<ProcessEvent> MergeAsync(
        IAsyncEnumerable<ProcessEvent> events, EventQuery query, Samples samples, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new PeriodicTimer(StatusEvery, clock);
        var cursor = query.After ?? "";
        var told = events.GetAsyncEnumerator(end.Token);
        var next = told.MoveNextAsync().AsTask();
        try
        {
            var tick = Task.FromResult(true);
            while (true)
            {
                await Task.WhenAny(next, tick);
                if (next.IsCompleted)
                {
                    if (!await next)
                    {
                        yield break;
                    }

                    cursor = told.Current.Cursor;
                    yield return told.Current;
                    next = told.MoveNextAsync().AsTask();
                }

                if (tick.IsCompleted)
                {
                    await tick;
                    foreach (var notice in await samples.TakeAsync(end.Token))
                    {
                        yield return notice with { Cursor = cursor };
                    }

                    tick = timer.WaitForNextTickAsync(end.Token).AsTask();
                }
            }
        }
        finally
        {
            // An enumerator can be disposed of only between two of its steps.
            await end.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await told.DisposeAsync();
        }
    }

    /// <summary>What one subscriber was told last.</summary>
    private sealed class Samples(EventQuery query, Func<ProcessQuery, CancellationToken, Task<Page<ProcessInfo>>> list, TimeProvider clock)
    {
        /// <summary>Those that have children, or whose end was not told yet.</summary>
        private readonly Dictionary<ProcessId, ProcessInfo> _known = [];

        private DateTimeOffset _measured = DateTimeOffset.MinValue;
        private bool _looked;

        public async Task<IReadOnlyList<ProcessEvent>> TakeAsync(CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var measures = query.Types.Contains(EventType.MetricsSampled) && now - _measured >= MetricsEvery;
            if (!measures && !query.Types.Contains(EventType.StatusChanged))
            {
                return [];
            }

            var notices = new List<ProcessEvent>();
            var gone = _known.Keys.ToHashSet();
            await foreach (var info in LivingAsync(cancellationToken))
            {
                gone.Remove(info.Id);
                if (measures && info.Metrics is { } metrics)
                {
                    notices.Add(Of(info, EventType.MetricsSampled, now, new EventData { OsPid = info.OsPid, Metrics = metrics }));
                }

                Compare(info, now, notices);
            }

            foreach (var id in gone)
            {
                Compare(_known[id] with { OsPid = null, Status = OsState.Terminated }, now, notices);
                _known.Remove(id);
            }

            (_looked, _measured) = (true, measures ? now : _measured);
            return notices;
        }

        private void Compare(ProcessInfo info, DateTimeOffset now, List<ProcessEvent> notices)
        {
            // The first look says how things are, not that they changed.
            if (_looked && query.Types.Contains(EventType.StatusChanged) && _known.GetValueOrDefault(info.Id)?.Status != info.Status)
            {
                notices.Add(Of(info, EventType.StatusChanged, now, new EventData { OsPid = info.OsPid, Status = info.Status }));
            }

            _known[info.Id] = info;
        }

        private async IAsyncEnumerable<ProcessInfo> LivingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            string? after = null;
            do
            {
                var page = await list(
                    new ProcessQuery { Labels = query.Labels, Phases = [Phase.Starting, Phase.Running, Phase.Terminating], Limit = ProcessQuery.MaxLimit, After = after, WithMetrics = true },
                    cancellationToken);
                foreach (var info in page.Items.Where(info => info.OsPid is not null && (query.Ids.Count == 0 || query.Ids.Contains(info.Id))))
                {
                    yield return info;
                }

                after = page.Next;
            }
            while (after is not null);
        }

        private static ProcessEvent Of(ProcessInfo info, EventType type, DateTimeOffset now, EventData data) => new()
        {
            Cursor = "",
            Time = now,
            Node = info.Node,
            Type = type,
            Id = info.Id,
            Run = info.Run,
            Attempt = info.Attempt,
            Data = data,
        };
    }
}
