using System.Runtime.ExceptionServices;

namespace ProcessManager.Testing;

/// <summary>
/// A manager for tests, without a machine: phases, restarts, timeouts, waits, events and infos are the real rules', the children are described by
/// stubs, and time passes when the test says so. A command without a stub exits with 0 at once, unless <see cref="PreventStray"/> was called.
/// <code>
/// using var processes = new FakeProcessManager();
/// processes.On("git rev-parse *").Does(FakeChild.That.Prints("4f2a…"));
/// await new Release(processes).RunAsync();
/// processes.AssertRanInOrder("git rev-parse *", "git tag *");
/// </code>
/// </summary>
public sealed partial class FakeProcessManager : IProcessManager, IDisposable
{
    /// <summary>What its one machine is called in infos and events.</summary>
    public const string NodeName = "fake";

    private readonly TimeProvider _clock;
    private readonly StubTable _stubs = new();
    private readonly FakeSupervisor _supervisor;
    private readonly MemoryHost _host;

    /// <param name="clock">By default a <see cref="FakeClock"/> of its own; <see cref="TimeProvider.System"/> lets descriptions take their time for real.</param>
    public FakeProcessManager(TimeProvider? clock = null)
    {
        _clock = clock ?? new FakeClock();
        _supervisor = new FakeSupervisor(_clock, _stubs, Tell);
        _host = new MemoryHost(_clock, _supervisor);
        Pools = new PoolCalls(this, new PoolKeeper(() => _host.Pools, (spec, place) => DeclareCheckedAsync(spec, start: true, oneOff: true, input: null, place)), _clock);
        _replicas = new ReplicaCalls(this);
        Templates = new MemoryTemplates(this, (type, name) => _host.Events.Add([EventTelling.Template(type, name, null, _clock.GetUtcNow())]));
    }

    public IPools Pools { get; }

    /// <inheritdoc/>
    public ITemplates Templates { get; }

    /// <summary>Moves time on.</summary>
    /// <exception cref="InvalidOperationException">It was made with another clock.</exception>
    public FakeClock Clock => _clock as FakeClock ?? throw new InvalidOperationException("This manager was given a clock that the test doesn't move.");

    /// <summary>
    /// Commands like this do what the stub says. A glob over command and arguments: <c>"git *"</c>, <c>"npm run ?uild"</c>; the newest stub that
    /// matches is the one.
    /// </summary>
    public Stub On(string pattern) => _stubs.Add(new CommandPattern(pattern));

    /// <inheritdoc cref="On(string)"/>
    public Stub On(Func<ProcessSpec, bool> predicate) => _stubs.Add(new CommandPattern(predicate, "(a predicate)"));

    /// <summary>From now on the call that would start a command without a stub throws <see cref="StrayCommandException"/>.</summary>
    public FakeProcessManager PreventStray()
    {
        _stubs.PreventsStray = true;
        return this;
    }

    /// <summary>What somebody else than the manager does to a child: a signal, as <c>kill</c> would send it.</summary>
    public void Signal(ProcessId id, Signal signal) => (_supervisor.ChildOf(id) ?? throw NoChild(Find(id).State)).Send(signal);

    /// <summary>All that it has written to a stream, over all of its attempts.</summary>
    public string OutputOf(ProcessId id, LogStream stream = LogStream.Stdout) => _supervisor.LogOf(Find(id).Id).Text(stream);

    public void Dispose()
    {
        _host.Dispose();
        _supervisor.Dispose();
    }

    private static ProcessManagerException NoChild(ProcessState state) =>
        new(ErrorCode.InvalidState, $"\"{state.Id}\" has no child; its phase is {state.Phase}.");

    private void Tell(ProcessId id, ProcessOrder order)
    {
        if (_host.Table.TryGet(id, out var entity))
        {
            entity.Tell(order);
        }
    }

    private ProcessEntity Find(ProcessId id) =>
        _host.Table.TryGet(id, out var entity) ? entity : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process \"{id}\".");

    private async Task<ProcessEntity> DeclareCheckedAsync(ProcessSpec spec, bool start, bool oneOff, ReadOnlyMemory<byte>? input = null, JobPlace? job = null)
    {
        Check(spec);
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        await CheckDependenciesAsync([named]);
        return await DeclareAsync(named, start, oneOff, input, job);
    }

    /// <summary>Makes the record; what is wrong with the spec is told before anything is made.</summary>
    private async Task<ProcessEntity> DeclareAsync(ProcessSpec spec, bool start, bool oneOff, ReadOnlyMemory<byte>? input = null, JobPlace? job = null)
    {
        ReplicaSet.CheckSingle(spec);
        Check(spec);
        var named = spec with { Id = spec.Id ?? ProcessId.New() };
        var entity = new ProcessEntity(
            _host, ProcessMachine.Create(named.Id.Value, named.WithSecretsOf(null), oneOff, _clock.GetUtcNow(), job), last: null);
        await entity.CreateAsync(start ? new ProcessOrder.Start() : null, each => _host.Table.TryAdd(each) && Given(each.Id, input));
        return entity;
    }

    private bool Given(ProcessId id, ReadOnlyMemory<byte>? input)
    {
        if (input is { } bytes)
        {
            _supervisor.Give(id, bytes);
        }

        return true;
    }

    private static void Check(ProcessSpec spec)
    {
        if (FaultsOf(spec) is { Count: > 0 } faults)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }

    private static IReadOnlyList<Fault> FaultsOf(ProcessSpec spec) =>
        SpecRules.Check(spec) is { Count: > 0 } faults ? faults : PlacementRules.CheckAlone(spec, NodeName);

    /// <summary>The answer of a call that starts something; what a stub throws, or the lack of one, is thrown by the call.</summary>
    private async Task<T> StartingAsync<T>(ProcessId id, Task<T> call)
    {
        try
        {
            var answer = await call;
            ThrowStray(id);
            return answer;
        }
        catch (ProcessManagerException refused) when (refused.Code == ErrorCode.StartFailed)
        {
            ThrowStray(id);
            throw;
        }
    }

    private void ThrowStray(ProcessId id)
    {
        if (_supervisor.TakeStray(id) is { } stray)
        {
            ExceptionDispatchInfo.Throw(stray);
        }
    }
}
