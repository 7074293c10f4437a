using System.Runtime.CompilerServices;

namespace ProcessManager.Embedded;

/// <content>Looking: nothing here takes a turn.</content>
public sealed partial class EmbeddedProcessManager
{
    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => Task.FromResult(Running.Find(one).View.Info), cancellationToken);

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.GetSpecAsync(id, one => Task.FromResult(Running.Find(one).State.Spec.Redacted()), cancellationToken);

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default)
    {
        if (query.Limit is < 1 or > ProcessQuery.MaxLimit)
        {
            throw ProcessManagerException.Invalid([new Fault("limit", $"{query.Limit} is not from 1 to {ProcessQuery.MaxLimit}")]);
        }

        var engine = Running;
        var found = engine.Table.After(query.After).Select(entity => entity.View.Info).Where(query.Matches).Take(query.Limit + 1).ToList();
        var next = found.Count > query.Limit ? found[query.Limit - 1].Id.Value : null;
        var items = found.Take(query.Limit).ToList();
        return Task.FromResult(new Page<ProcessInfo>(query.WithMetrics ? Measured(engine, items) : items, next));
    }

    public Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.WaitAsync(Running.Find(one), options, () => GetRunsAsync(one, cancellationToken), _clock, cancellationToken), cancellationToken);

    public IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var entity = engine.Find(id);
        AttachRules.CheckHasOutput(id, entity.State.Attached is not null);
        return ReadLogsAsync(engine, entity, query, cancellationToken);
    }

    public Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var engine = Running;
        return Task.FromResult<IReadOnlyList<AttemptResult>>(JournalReader.Attempts(engine.Journal.DatabasePath, engine.Find(id).Id));
    }

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var state = Running.Find(id).State;
        return Task.FromResult(state switch
        {
            { Child: { } child } => Os.OsStatusReader.Read(child.Identity),
            { Epoch.Run: 0 } => new OsStatus { State = OsState.Initial },
            _ => new OsStatus { State = OsState.Terminated },
        });
    }

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var entity = engine.Find(id);
        var measured = engine.Meter.Measure(withDescriptors: true, running: []);
        return measured.TryGetValue(id, out var metrics)
            ? Task.FromResult(metrics)
            : throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{id}\" has no child to measure; its phase is {entity.State.Phase}.");
    }

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var events = engine.Events.SubscribeAsync(
            query, id => engine.Table.TryGet(id, out var entity) ? entity.State.Spec.Labels : null, cancellationToken);
        return Notices.Among(events, query, ListAsync, _clock, cancellationToken);
    }

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default) => Task.FromException(new ProcessManagerException(
        ErrorCode.NotSupported, "This manager isn't a cluster: its one node is the machine that it runs on."));

    public async Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var health = await GetHealthAsync(cancellationToken);
        return
        [
            new NodeInfo
            {
                Name = _options.Node,
                State = _draining ? NodeState.Leaving : NodeState.Live,
                Since = engine.Since,
                Load = engine.Table.After(null).Count(entity => entity.State.IsUp),
                Cpus = Environment.ProcessorCount,
                MemoryBytes = Os.MachineMemory.Bytes,
                Version = health.Version,
                Problems = health.Problems,
            },
        ];
    }

    public async Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default)
    {
        var engine = Running;
        var storage = await engine.Journal.LookAgainAsync();
        var states = engine.Table.After(null).ConvertAll(entity => entity.State);
        List<string> problems = [.. engine.Recovery.Problems, .. engine.Machine.Problems, .. engine.Templates.Problems, .. new[] { storage }.OfType<string>()];

        return new ManagerHealth
        {
            Ready = storage is null && !_draining,
            Total = states.Count,
            Running = states.Count(state => state.Phase == Phase.Running),
            Terminating = states.Count(state => state.Phase == Phase.Terminating),
            Failed = states.Count(state => ProcessCensus.HasFailed(state.Phase, state.Last?.Reason)),
            QueueDepth = engine.Journal.QueueDepth,
            Problems = [.. problems],
            Version = typeof(IProcessManager).Assembly.GetName().Version!.ToString(3),
            Node = _options.Node,
        };
    }

    private static async IAsyncEnumerable<LogChunk> ReadLogsAsync(
        Engine engine, ProcessEntity entity, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Ended: the run that is under way (or the last one) is over and its tree is empty, so nobody of it can write any more.
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = entity.State.Epoch.Run;
        var ended = query.Follow ? entity.UntilAsync(new ProcessCondition.Terminated(run), done.Token) : Task.CompletedTask;
        try
        {
            await foreach (var chunk in engine.Logs.ReadAsync(entity.Id, query, ended, cancellationToken))
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

    private static List<ProcessInfo> Measured(Engine engine, List<ProcessInfo> items)
    {
        var measured = engine.Meter.Measure(withDescriptors: false, items.Where(info => info.Phase == Phase.Running).Select(info => info.Id));
        return items.ConvertAll(info => info.Measured(measured.GetValueOrDefault(info.Id)));
    }
}
