using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>What an entity is given by its host: a clock, an append, alarms, and somebody to hand effects to. No rule is here.</summary>
internal sealed partial class EntityHost(
    TimeProvider clock, SqliteJournal journal, LocalSupervisor supervisor, LogStore logs, ProcessTable table, ILogger logger) : IDisposable
{
    /// <summary>Between two tries to write what couldn't be written.</summary>
    private static readonly TimeSpan CatchUpEvery = TimeSpan.FromSeconds(1);

    private readonly StartTokens _tokens = new(clock);
    private readonly HashSet<ProcessEntity> _behind = [];
    private readonly Lock _gate = new();
    private ITimer? _catchUp;

    public TimeProvider Clock { get; } = clock;

    public SqliteJournal Journal { get; } = journal;

    public AlarmClock Alarms { get; } = new(clock);

    public Instruments Instruments { get; } = new();

    public void HandOver(ProcessEntity entity, ProcessEffect effect)
    {
        switch (effect)
        {
            case ProcessEffect.Command command:
                Pass(command.Order, Moment.Decided, handedOver: false);
                supervisor.HandOver(entity.Id, command.Epoch, command.Order);
                Pass(command.Order, Moment.Stopping, handedOver: true);
                break;
            case ProcessEffect.TakeStartToken token:
                _tokens.Ask(entity, token.Epoch);
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
        Instruments.Error(refused.Code);
        if (!asked && refused.Code is not (ErrorCode.NotFound or ErrorCode.StorageFull or ErrorCode.StorageUnavailable))
        {
            LogRefused(logger, id, order.GetType().Name, refused.Message);
        }
    }

    public void Failed(ProcessId id, ProcessOrder order, Exception bug)
    {
        Instruments.Error(ErrorCode.Internal);
        LogFailed(logger, id, order.GetType().Name, bug);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _catchUp?.Dispose();
        }

        Alarms.Dispose();
        _tokens.Dispose();
        Instruments.Dispose();
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
        JournalReader.Attempts(Journal.DatabasePath, entity.Id) is [.., var oldest] ? new Epoch(oldest.Run, oldest.Attempt) : entity.State.Epoch;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: {Order} couldn't be taken: {Why}")]
    private static partial void LogRefused(ILogger logger, ProcessId id, string order, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: a bug met the order {Order}")]
    private static partial void LogFailed(ILogger logger, ProcessId id, string order, Exception bug);
}
