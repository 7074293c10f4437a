using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// A manager whose processes live on a cluster of silos: used in a silo, and in an app with an Orleans client. It holds nothing but the way there, so that it survives whatever
/// happens to the silo that it is connected to: what is safe to repeat is repeated, the rest fails with <see cref="ErrorCode.Unavailable"/>.
/// </summary>
internal sealed partial class ClusterProcessManager : IProcessManager
{
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly string? _node;
    private readonly IndexClient _index;
    private readonly EventClient _events;

    /// <param name="node">Of the silo that it is in; null: it is in an app.</param>
    public ClusterProcessManager(IGrainFactory grains, TimeProvider clock, string? node)
    {
        (_grains, _clock, _node) = (grains, clock, node);
        _replicas = new ReplicaCalls(this);
        _index = new IndexClient(grains, clock);
        _events = new EventClient(grains, clock);
        Pools = new PoolCalls(this, new ClusterPools(grains, clock, DeclareJobAsync), clock);
    }

    public IPools Pools { get; }

    public ITemplates Templates => new ClusterTemplates(this, _grains, _clock);

    async Task<ProcessInfo> ISingleProcesses.CreateOneAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken)
    {
        var (door, view) = await DeclareAsync(spec, oneOff: false, start ? new ProcessOrder.Start() : null, cancellationToken);
        return start ? await ProcessCalls.StartedAsync(door, view, cancellationToken) : view.Info;
    }

    async Task<ProcessInfo> ISingleProcesses.UpdateOneAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "an update names the process")]);
        await CheckDependenciesAsync([spec], cancellationToken);
        try
        {
            return (await Door(id).UpdateAsync(spec, ifVersion, cancellationToken)).Info;
        }
        catch (ProcessManagerException missing) when (missing.Code == ErrorCode.NotFound)
        {
            return ifVersion is null
                ? await ((ISingleProcesses)this).CreateOneAsync(spec, start: true, cancellationToken)
                : throw new ProcessManagerException(ErrorCode.Conflict, $"There is no process \"{id}\", and the update is meant for version {ifVersion}.");
        }
    }

    async Task<UpdatePlan> ISingleProcesses.PlanOneAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "a plan names the process")]);
        var answer = await AskAsync(() => Grain(id).PlanAsync(spec), cancellationToken);
        if (answer.Error?.Code == ErrorCode.NotFound)
        {
            CheckWithoutMachine(spec);
            return new UpdatePlan(UpdateEffect.Create, []);
        }

        return answer.Unwrap();
    }

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => ProcessCalls.StartAsync(Door(one), cancellationToken), cancellationToken);

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => ProcessCalls.StopAsync(Door(one), options, cancellationToken), cancellationToken);

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => ProcessCalls.KillAsync(Door(one), wait, cancellationToken), cancellationToken);

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => ProcessCalls.RestartAsync(Door(one), options, cancellationToken), cancellationToken);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        _replicas.EachAsync(id, one => ProcessCalls.SignalAsync(Door(one), signal, tree, cancellationToken), cancellationToken);

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) => SignalAsync(id, Signal.Stop, tree: true, cancellationToken);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) => SignalAsync(id, Signal.Cont, tree: true, cancellationToken);

    public async Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default)
    {
        AttachRules.Check(osPid, spec);
        var there = spec?.Node ?? _node ?? throw ProcessManagerException.Invalid([new Fault("node", "names the machine that the process runs on")]);
        var target = (await AskAsync(() => Machine(there).TargetAsync(osPid), cancellationToken)).Unwrap();
        var (declared, attached) = AttachRules.Of(target, id, spec);
        var (door, view) = await DeclareAsync(declared, oneOff: false, new ProcessOrder.Attach(attached, new Placement.On(there)), cancellationToken);
        return await ProcessCalls.AttachedAsync(door, view, cancellationToken);
    }

    public Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) => ProcessCalls.DetachAsync(Door(id), cancellationToken);

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        _replicas.RemoveAsync(id, one => ProcessCalls.RemoveAsync(Door(one), options, cancellationToken), cancellationToken);

    public async Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default)
    {
        var query = SyncRules.QueryOf(scope);
        var found = new List<ProcessId>();
        do
        {
            var page = await _index.ListAsync(query, cancellationToken);
            found.AddRange(page.Items.Where(info => info is { OneOff: false, Attached: false }).Select(info => info.Id));
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        var inScope = found.ToLookup(scope.Known.ToHashSet().Contains);
        foreach (var orphan in inScope[false])
        {
            await Door(orphan).TakeAsync(new ProcessOrder.Remove(null), cancellationToken);
        }

        return new SyncOutcome([.. inScope[true]], [.. inScope[false]]);
    }

    private async Task<ProcessInfo> DeclareJobAsync(ProcessSpec spec, JobPlace place, CancellationToken cancellationToken) =>
        (await DeclareAsync(spec, oneOff: true, new ProcessOrder.Start(), cancellationToken, place)).View.Info;

    private async Task<(GrainDoor Door, ProcessView View)> DeclareAsync(ProcessSpec spec, bool oneOff, ProcessOrder? first, CancellationToken cancellationToken, JobPlace? job = null, PipeStage? stage = null)
    {
        ReplicaSet.CheckSingle(spec);
        CheckWithoutMachine(spec);
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        await CheckDependenciesAsync([named], cancellationToken);
        var door = Door(named.Id.Value);
        return (door, await door.CreateAsync(named, oneOff, first, job, stage, cancellationToken));
    }

    /// <summary>What needs no machine to see: told without a silo's help.</summary>
    private static void CheckWithoutMachine(ProcessSpec spec)
    {
        if (SpecRules.Check(spec) is { Count: > 0 } faults)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }

    private GrainDoor Door(ProcessId id) => new(id, _grains, _clock);

    private IProcessGrain Grain(ProcessId id) => _grains.Process(id);

    /// <summary>A call that changes nothing, or nothing more when it is made twice.</summary>
    private Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => Repeating.UntilAsync(call, Repeating.Patience, _clock, cancellationToken);
}
