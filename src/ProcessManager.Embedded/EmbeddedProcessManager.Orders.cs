namespace ProcessManager.Embedded;

/// <content>Orders: each is a turn of an entity, and what the caller waits for is waited for outside of it.</content>
public sealed partial class EmbeddedProcessManager
{
    async Task<ProcessInfo> ISingleProcesses.CreateOneAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken)
    {
        var entity = await DeclareCheckedAsync(spec, start, oneOff: false);
        return start ? await ProcessCalls.StartedAsync(entity, entity.View, cancellationToken) : entity.View.Info;
    }

    async Task<ProcessInfo> ISingleProcesses.UpdateOneAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "an update names the process")]);
        if (!Starting.Table.TryGet(id, out var entity))
        {
            return ifVersion is null
                ? await ((ISingleProcesses)this).CreateOneAsync(spec, start: true, cancellationToken)
                : throw new ProcessManagerException(ErrorCode.Conflict, $"There is no process \"{id}\", and the update is meant for version {ifVersion}.");
        }

        var desired = Desired(entity, spec);
        await CheckDependenciesAsync([desired]);
        return (await entity.TakeAsync(new ProcessOrder.Update(desired, ifVersion), CancellationToken.None)).Info;
    }

    Task<UpdatePlan> ISingleProcesses.PlanOneAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "a plan names the process")]);
        if (!Running.Table.TryGet(id, out var entity))
        {
            Check(spec);
            return Task.FromResult(new UpdatePlan(UpdateEffect.Create, []));
        }

        return Task.FromResult(SpecDifference.Between(entity.State.Spec, Desired(entity, spec)));
    }

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.StartAsync(Starting.Find(one), cancellationToken), cancellationToken);

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.StopAsync(Running.Find(one), options, cancellationToken), cancellationToken);

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.KillAsync(Running.Find(one), wait, cancellationToken), cancellationToken);

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.RestartAsync(Starting.Find(one), options, cancellationToken), cancellationToken);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, async one => await ProcessCalls.SignalAsync(Running.Find(one), signal, tree, cancellationToken), cancellationToken);

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        SignalAsync(id, Signal.Stop, tree: true, cancellationToken);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        SignalAsync(id, Signal.Cont, tree: true, cancellationToken);

    public async Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default)
    {
        var engine = Starting;
        AttachRules.Check(osPid, spec);
        var (declared, attached) = AttachRules.Of(engine.Supervisor.Target(osPid), id, spec);
        var entity = await DeclareAsync(engine, declared, new ProcessOrder.Attach(attached), oneOff: false);
        return await ProcessCalls.AttachedAsync(entity, entity.View, cancellationToken);
    }

    public async Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await ProcessCalls.DetachAsync(Running.Find(id), cancellationToken);

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.RemoveAsync(id, async one => await ProcessCalls.RemoveAsync(Running.Find(one), options, cancellationToken), cancellationToken);

    public async Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default)
    {
        var query = SyncRules.QueryOf(scope);
        var known = scope.Known.ToHashSet();
        var inScope = Running.Table.After(null)
            .Where(entity => entity.State is { OneOff: false, Attached: null } && query.Matches(entity.View.Info))
            .ToLookup(entity => known.Contains(entity.Id));
        foreach (var orphan in inScope[false])
        {
            await orphan.TakeAsync(new ProcessOrder.Remove(null), CancellationToken.None);
        }

        return new SyncOutcome([.. inScope[true].Select(entity => entity.Id)], [.. inScope[false].Select(entity => entity.Id)]);
    }

    private async Task<ProcessEntity> DeclareCheckedAsync(ProcessSpec spec, bool start, bool oneOff, JobPlace? job = null)
    {
        Check(spec);
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        await CheckDependenciesAsync([named]);
        return await DeclareAsync(named, start, oneOff, job);
    }

    /// <summary>Makes the record; what is wrong with the spec is told before anything is made.</summary>
    private async Task<ProcessEntity> DeclareAsync(ProcessSpec spec, bool start, bool oneOff, JobPlace? job = null, PipeStage? stage = null)
    {
        ReplicaSet.CheckSingle(spec);
        var engine = Starting;
        return await DeclareAsync(engine, spec, start ? new ProcessOrder.Start() : null, oneOff, job, stage);
    }

    private async Task<ProcessEntity> DeclareAsync(Engine engine, ProcessSpec spec, ProcessOrder? first, bool oneOff, JobPlace? job = null, PipeStage? stage = null)
    {
        Check(spec);
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        MakeRoom(engine);
        var entity = new ProcessEntity(
            engine.Host, ProcessMachine.Create(named.Id.Value, named.WithSecretsOf(null), oneOff, _clock.GetUtcNow(), job, stage), last: null);
        await entity.CreateAsync(first, engine.Table.TryAdd);
        return entity;
    }

    private void Check(ProcessSpec spec)
    {
        if (FaultsOf(spec) is { Count: > 0 } faults)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }

    private IReadOnlyList<Fault> FaultsOf(ProcessSpec spec) =>
        SpecRules.Check(spec) is { Count: > 0 } faults ? faults : [.. PlacementRules.CheckAlone(spec, _options.Node), .. Running.Supervisor.Check(spec)];

    /// <summary>The spec as it is to be: secrets that were read back redacted are those that it has.</summary>
    private ProcessSpec Desired(ProcessEntity entity, ProcessSpec spec)
    {
        var desired = spec.WithSecretsOf(entity.State.Spec);
        Check(desired);
        return desired;
    }

    /// <summary>At the limit of records the oldest finished one-off makes room, else the oldest finished one.</summary>
    private void MakeRoom(Engine engine)
    {
        if (!engine.Table.Full)
        {
            return;
        }

        var oldest = ProcessCensus.OldestFinished(
                engine.Table.After(null), entity => (entity.State.Phase, entity.State.OneOff, entity.State.Last?.EndedAt))
            ?? throw new ProcessManagerException(ErrorCode.LimitExceeded, $"There are {_options.MaxRecords} processes, which is the limit, and none of them is finished.");
        oldest.Tell(new ProcessOrder.Remove(null));
    }
}
