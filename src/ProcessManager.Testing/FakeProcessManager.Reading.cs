using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ProcessManager.Testing;

/// <content>Looking: nothing here takes a turn.</content>
public sealed partial class FakeProcessManager
{
    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => Answer(() => Find(one).View.Info), cancellationToken);

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.GetSpecAsync(id, one => Answer(() => Find(one).State.Spec.Redacted()), cancellationToken);

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default) => Answer(() =>
    {
        if (query.Limit is < 1 or > ProcessQuery.MaxLimit)
        {
            throw ProcessManagerException.Invalid([new Fault("limit", $"{query.Limit} is not from 1 to {ProcessQuery.MaxLimit}")]);
        }

        var found = _host.Table.After(query.After).Select(entity => entity.View.Info).Where(query.Matches).Take(query.Limit + 1).ToList();
        var next = found.Count > query.Limit ? found[query.Limit - 1].Id.Value : null;
        var items = found.Take(query.Limit).Select(info => query.WithMetrics ? info with { Metrics = Measured(info.Id) } : info).ToList();
        return new Page<ProcessInfo>(items, next);
    });

    public Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.WaitAsync(Find(one), options, () => GetRunsAsync(one, cancellationToken), _clock, cancellationToken), cancellationToken);

    public IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken = default) =>
        ReadLogsAsync(Find(id), query, Filter(query), cancellationToken);

    public Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer<IReadOnlyList<AttemptResult>>(() => _host.Attempts(Find(id).Id));

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default) => Answer(() => (Find(id).State, _supervisor.ChildOf(id)) switch
    {
        (_, { } child) => new OsStatus
        {
            State = child.Suspended ? OsState.Stopped : OsState.Sleeping,
            OsPid = child.Identity.OsPid,
            Threads = 1,
            MemoryBytes = child.Description.MemoryBytes,
        },
        ({ Epoch.Run: 0 }, _) => new OsStatus { State = OsState.Initial },
        _ => new OsStatus { State = OsState.Terminated },
    });

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(() => Measured(Find(id).Id) ?? throw NoChild(Find(id).State));

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken = default) =>
        _host.Events.SubscribeAsync(query, id => _host.Table.TryGet(id, out var entity) ? entity.State.Spec.Labels : null, cancellationToken);

    public async Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default)
    {
        var health = await GetHealthAsync(cancellationToken);
        return
        [
            new NodeInfo
            {
                Name = NodeName,
                State = NodeState.Live,
                Since = _clock.GetUtcNow(),
                Load = _host.Table.After(null).Count(entity => entity.State.IsUp),
                Cpus = 1,
                Version = health.Version,
            },
        ];
    }

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default) => Task.FromException(new ProcessManagerException(
        ErrorCode.NotSupported, "This manager isn't a cluster: its one node is a fake."));

    public Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default) => Answer(() =>
    {
        var states = _host.Table.After(null).ConvertAll(entity => entity.State);
        return new ManagerHealth
        {
            Ready = true,
            Total = states.Count,
            Running = states.Count(state => state.Phase == Phase.Running),
            Terminating = states.Count(state => state.Phase == Phase.Terminating),
            Failed = states.Count(state => ProcessCensus.HasFailed(state.Phase, state.Last?.Reason)),
            QueueDepth = 0,
            Problems = [.. _host.Bugs.Select(bug => bug.Message)],
            Version = typeof(IProcessManager).Assembly.GetName().Version!.ToString(3),
            Node = NodeName,
        };
    });

    private static Regex? Filter(LogQuery query)
    {
        var faults = new List<Fault>();
        if (query.Tail < 0)
        {
            faults.Add(new Fault("tail", $"{query.Tail} is negative; leave it out for all lines"));
        }

        if (query.Offset < 0)
        {
            faults.Add(new Fault("since", $"{query.Offset} is negative"));
        }

        if (query is { Offset: > 0, Stream: null })
        {
            faults.Add(new Fault("stream", "an offset is of one stream: name stdout or stderr"));
        }

        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }

        try
        {
            return query.Grep is { } grep ? new Regex(grep, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw ProcessManagerException.Invalid([new Fault("grep", e.Message)]);
        }
    }

    /// <summary>A failure is in the task, as with every other implementation.</summary>
    private static Task<T> Answer<T>(Func<T> look)
    {
        try
        {
            return Task.FromResult(look());
        }
        catch (ProcessManagerException error)
        {
            return Task.FromException<T>(error);
        }
    }

    private TreeMetrics? Measured(ProcessId id) => _supervisor.ChildOf(id) is { } child
        ? new TreeMetrics
        {
            CpuPercent = child.Description.CpuPercent,
            CpuSeconds = (_clock.GetUtcNow() - child.StartedAt).TotalSeconds * child.Description.CpuPercent / 100,
            MemoryBytes = child.Description.MemoryBytes,
            ReadBytes = 0,
            WrittenBytes = 0,
            Threads = 1,
            Children = 0,
            SampledAt = _clock.GetUtcNow(),
        }
        : null;

    private async IAsyncEnumerable<LogChunk> ReadLogsAsync(
        ProcessEntity entity, LogQuery query, Regex? grep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = entity.State.Epoch.Run;
        var ended = query.Follow ? entity.UntilAsync(new ProcessCondition.Terminated(run), done.Token) : Task.CompletedTask;
        try
        {
            await foreach (var chunk in _supervisor.LogOf(entity.Id).ReadAsync(query, grep, ended, cancellationToken))
            {
                yield return chunk;
            }
        }
        finally
        {
            await done.CancelAsync();
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
