namespace ProcessManager.Testing;

/// <content>Several processes at once.</content>
public sealed partial class FakeProcessManager : IManyProcesses
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

    IProcessDoor IManyProcesses.Door(ProcessId id) => Find(id);

    Task<ProcessSpec?> IManyProcesses.FindSpecAsync(ProcessId id, CancellationToken cancellationToken) => Task.FromResult(FindSpec(id));

    async Task<ProcessInfo> IManyProcesses.DeclareAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
        (await DeclareAsync(spec, start: false, oneOff: false)).View.Info;

    async Task<ProcessInfo> IManyProcesses.ChangeAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var entity = Find(spec.Id!.Value);
        return (await entity.TakeAsync(new ProcessOrder.Update(Desired(entity, spec), null), CancellationToken.None)).Info;
    }

    IReadOnlyList<Fault> IManyProcesses.Check(ProcessSpec spec) => FaultsOf(spec);

    private ProcessSpec? FindSpec(ProcessId id) => _host.Table.TryGet(id, out var entity) ? entity.State.Spec with { Id = id } : null;

    private Task CheckDependenciesAsync(IReadOnlyCollection<ProcessSpec> specs) => DependencyCheck.OfAsync(specs, id => Task.FromResult(FindSpec(id)));
}
