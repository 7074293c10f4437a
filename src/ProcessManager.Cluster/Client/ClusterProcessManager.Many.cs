namespace ProcessManager.Cluster;

/// <content>Several processes at once.</content>
internal sealed partial class ClusterProcessManager : IManyProcesses
{
    public IStacks Stacks => new StackCalls(this);

    IProcessManager IManyProcesses.Manager => this;

    TimeProvider IManyProcesses.Clock => _clock;

    public Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default) =>
        ManyCalls.StartManyAsync(this, specs, cancellationToken);

    public Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken = default) =>
        ManyCalls.StartAllAsync(this, selection, cancellationToken);

    public Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options = null, CancellationToken cancellationToken = default) =>
        ManyCalls.StopAllAsync(this, selection, options, cancellationToken);

    IProcessDoor IManyProcesses.Door(ProcessId id) => Door(id);

    async Task<ProcessSpec?> IManyProcesses.FindSpecAsync(ProcessId id, CancellationToken cancellationToken) => await FindSpecAsync(id, cancellationToken);

    async Task<ProcessInfo> IManyProcesses.DeclareAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
        (await Door(spec.Id!.Value).CreateAsync(spec, oneOff: false, first: null, job: null, stage: null, cancellationToken)).Info;

    async Task<ProcessInfo> IManyProcesses.ChangeAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
        (await Door(spec.Id!.Value).UpdateAsync(spec, ifVersion: null, cancellationToken)).Info;

    IReadOnlyList<Fault> IManyProcesses.Check(ProcessSpec spec) => SpecRules.Check(spec);

    private async Task CheckDependenciesAsync(IReadOnlyCollection<ProcessSpec> specs, CancellationToken cancellationToken)
    {
        foreach (var spec in specs.Where(spec => spec.DependsOn.Count > 0))
        {
            CheckWithoutMachine(spec);
        }

        await DependencyCheck.OfAsync(specs, id => FindSpecAsync(id, cancellationToken));
    }

    private async Task<ProcessSpec?> FindSpecAsync(ProcessId id, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(() => Grain(id).SpecAsync(), cancellationToken);
        return answer.Error?.Code == ErrorCode.NotFound ? null : answer.Unwrap() with { Id = id };
    }
}
