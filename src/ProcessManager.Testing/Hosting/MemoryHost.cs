using System.Collections.Concurrent;
using System.Diagnostics;

namespace ProcessManager.Testing;

/// <summary>
/// The host of the entities of a fake manager: the rules are the real ones, the journal is a list, and the machine is a fake supervisor. A turn
/// never waits for anything, so it is over when the call that caused it returns.
/// </summary>
internal sealed class MemoryHost : IEntityHost, IDisposable
{
    private readonly ConcurrentDictionary<ProcessId, ValueList<AttemptResult>> _attempts = new();
    private readonly ConcurrentQueue<Exception> _bugs = new();
    private readonly AlarmClock _alarms;
    private readonly FakeSupervisor _supervisor;
    private readonly DependencyWatches _watches;

    public MemoryHost(TimeProvider clock, FakeSupervisor supervisor)
    {
        Clock = clock;
        _alarms = new AlarmClock(clock, clock is FakeClock ? TimeSpan.Zero : TimeSpan.FromMilliseconds(1));
        _supervisor = supervisor;
        _watches = new DependencyWatches(new LocalSight(Table, supervisor.ReadLogsAsync, clock), (_, bug) => _bugs.Enqueue(bug));
        Pools = new PoolTable(Table, clock, (_, _) => Task.CompletedTask);
        Pools.Open();
    }

    public PoolTable Pools { get; }

    public TimeProvider Clock { get; }

    public ProcessTable Table { get; } = new(limit: 100_000);

    public MemoryEvents Events { get; } = new();

    public bool AppendIsAllOrNothing => true;

    public Task AppendAsync(ProcessEntity entity, ProcessTurn turn)
    {
        var ended = turn.Unwritten.OfType<ProcessChange.Ended>().Select(end => end.Result).Reverse().ToList();
        var before = turn.Unwritten.OfType<ProcessChange.RunsPurged>().LastOrDefault()?.EndedBefore ?? DateTimeOffset.MinValue;
        _attempts[entity.Id] = [.. ended.Concat(Attempts(entity.Id)).Where(end => end.EndedAt >= before)];
        if (turn.Removes)
        {
            _attempts.TryRemove(entity.Id, out _);
        }

        Pools.See(SlotNews.Of(turn.After, turn.Removes));
        turn.Install();
        Events.Add(turn.Events);
        return Task.CompletedTask;
    }

    /// <summary>The ends of its attempts, newest first.</summary>
    public ValueList<AttemptResult> Attempts(ProcessId id) => _attempts.GetValueOrDefault(id) ?? [];

    public void SetAlarm(ProcessEntity entity, DateTimeOffset? at) => _alarms.Set(entity, at);

    public void HandOver(ProcessEntity entity, ProcessEffect effect)
    {
        switch (effect)
        {
            case ProcessEffect.Command command:
                _supervisor.HandOver(entity.Id, command.Epoch, command.Order);
                break;
            case ProcessEffect.AwaitDependencies wait:
                _watches.Begin(entity, wait);
                break;
            case ProcessEffect.TakeStartToken token:
                entity.Tell(new ProcessOrder.StartToken(token.Epoch));
                break;
            case ProcessEffect.CleanUp clean:
                _supervisor.HandOver(entity.Id, clean.Epoch, new SupervisorCommand.Release());
                entity.Tell(new ProcessOrder.CleanedUp(clean.Epoch));
                break;
            case ProcessEffect.PurgeRuns:
                _supervisor.LogOf(entity.Id).DropBefore(Attempts(entity.Id) is [.., var oldest] ? new Epoch(oldest.Run, oldest.Attempt) : entity.State.Epoch);
                break;
            default:
                throw new UnreachableException($"effect {effect.GetType().Name}");
        }
    }

    public ProcessInfo Describe(ProcessState state, AttemptResult? last) =>
        state.ToInfo(last, Lifetime.WithManager, FakeProcessManager.NodeName, Clock.GetUtcNow());

    public void Forgotten(ProcessEntity entity) => Table.Remove(entity);

    /// <summary>A list is never full.</summary>
    public void FellBehind(ProcessEntity entity) => throw new UnreachableException("an append to memory failed");

    public void Refused(ProcessId id, ProcessOrder order, ProcessManagerException refused, bool asked)
    {
    }

    /// <summary>Kept for the next assertion: a test must not pass over a bug.</summary>
    public void Failed(ProcessId id, ProcessOrder order, Exception bug) => _bugs.Enqueue(bug);

    public IReadOnlyCollection<Exception> Bugs => _bugs;

    public void Dispose()
    {
        _watches.Stop();
        _alarms.Dispose();
    }
}
