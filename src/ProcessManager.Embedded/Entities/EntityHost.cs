using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>The host of every entity of this manager: its journal, its alarm clock, its machine.</summary>
internal sealed partial class EntityHost(
    TimeProvider clock,
    SqliteJournal journal,
    LocalSupervisor supervisor,
    LogStore logs,
    StartTokens tokens,
    ProcessTable table,
    PoolTable pools,
    EmbeddedOptions options,
    ILogger logger)
    : IEntityHost, IAsyncDisposable
{
    /// <summary>Between two tries to write what couldn't be written.</summary>
    private static readonly TimeSpan CatchUpEvery = TimeSpan.FromSeconds(1);

    private readonly HashSet<ProcessEntity> _behind = [];
    private readonly Lock _gate = new();
    private ITimer? _catchUp;

    private readonly Lazy<DependencyWatches> _watches = new(() => new DependencyWatches(
        new LocalSight(table, logs.ReadAsync, clock), (id, bug) => LogFailed(logger, id, nameof(ProcessEffect.AwaitDependencies), bug)));

    private readonly AlarmClock _alarms = new(clock, TimeSpan.FromMilliseconds(1));
    private readonly ProcessInstruments _instruments = new();

    public TimeProvider Clock { get; } = clock;

    /// <summary>A transaction of SQLite that failed has written nothing.</summary>
    public bool AppendIsAllOrNothing => true;

    public async Task AppendAsync(ProcessEntity entity, ProcessTurn turn)
    {
        var began = Clock.GetTimestamp();
        await journal.AppendAsync(JournalEntry.Of(turn, before: () => pools.See(SlotNews.Of(turn.After, turn.Removes))));
        _instruments.Turn(turn.Before, turn.After, turn.Changes, turn.Began, Clock.GetElapsedTime(began));
        if (turn.Changes.Any(change => change is ProcessChange.Started))
        {
            Moments.Pass(Moment.Started);
        }
    }

    public void SetAlarm(ProcessEntity entity, DateTimeOffset? at) => _alarms.Set(entity, at);

    public ProcessInfo Describe(ProcessState state, AttemptResult? last) =>
        state.ToInfo(last, options.DefaultLifetime, options.Node, Clock.GetUtcNow());

    public void HandOver(ProcessEntity entity, ProcessEffect effect)
    {
        switch (effect)
        {
            case ProcessEffect.Command command:
                Pass(command.Order, Moment.Decided, handedOver: false);
                supervisor.HandOver(entity.Id, command.Epoch, command.Order);
                Pass(command.Order, Moment.Stopping, handedOver: true);
                break;
            case ProcessEffect.AwaitDependencies wait:
                _watches.Value.Begin(entity, wait);
                break;
            case ProcessEffect.TakeStartToken token:
                tokens.Ask(entity.Id, token.Epoch);
                break;
            case ProcessEffect.CleanUp clean:
                supervisor.HandOver(entity.Id, clean.Epoch, new SupervisorCommand.Release());
                entity.Tell(new ProcessOrder.CleanedUp(clean.Epoch));
                break;
            case ProcessEffect.PurgeRuns:
                logs.DropBefore(entity.Id, OldestKept(entity));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"effect {effect.GetType().Name}");
        }
    }

    public void Forgotten(ProcessEntity entity) => table.Remove(entity);

    public void FellBehind(ProcessEntity entity)
    {
        lock (_gate)
        {
            _behind.Add(entity);
            _catchUp ??= Clock.CreateTimer(_ => CatchUp(), null, CatchUpEvery, CatchUpEvery);
        }
    }

    public void Refused(ProcessId id, ProcessOrder order, ProcessManagerException refused, bool asked)
    {
        _instruments.Error(refused.Code);
        if (!asked && refused.Code is not (ErrorCode.NotFound or ErrorCode.StorageFull or ErrorCode.StorageUnavailable))
        {
            LogRefused(logger, id, order.GetType().Name, refused.Message);
        }
    }

    public void Failed(ProcessId id, ProcessOrder order, Exception bug)
    {
        _instruments.Error(ErrorCode.Internal);
        LogFailed(logger, id, order.GetType().Name, bug);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watches.IsValueCreated)
        {
            await _watches.Value.DisposeAsync();
        }

        lock (_gate)
        {
            _catchUp?.Dispose();
        }

        _alarms.Dispose();
        _instruments.Dispose();
    }

    private static void Pass(SupervisorCommand order, Moment moment, bool handedOver)
    {
        if (handedOver ? order is SupervisorCommand.EndTree : order is SupervisorCommand.Spawn)
        {
            Moments.Pass(moment);
        }
    }

    /// <summary>A turn of an entity that is behind writes what is unwritten, whatever it is about.</summary>
    private void CatchUp()
    {
        List<ProcessEntity> behind;
        lock (_gate)
        {
            _behind.RemoveWhere(entity => !entity.Behind);
            behind = [.. _behind];
            if (behind.Count == 0)
            {
                _catchUp?.Dispose();
                _catchUp = null;
            }
        }

        foreach (var entity in behind)
        {
            entity.Tell(new ProcessOrder.Wake());
        }
    }

    /// <summary>The purge of records was journaled before this: what is left of them says which output to keep.</summary>
    private Epoch OldestKept(ProcessEntity entity) =>
        JournalReader.Attempts(journal.DatabasePath, entity.Id) is [.., var oldest] ? new Epoch(oldest.Run, oldest.Attempt) : entity.State.Epoch;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: {Order} couldn't be taken: {Why}")]
    private static partial void LogRefused(ILogger logger, ProcessId id, string order, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: a bug met the order {Order}")]
    private static partial void LogFailed(ILogger logger, ProcessId id, string order, Exception bug);
}
