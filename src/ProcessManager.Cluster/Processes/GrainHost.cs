using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>
/// The host of one process: its activation's rows, alarm and ways out. A turn is one row; then the index knows of it, then it is in force here, then its events are told.
/// <code>
///  decide ─► row (ETag) ─► index ─► state, waiters ─► effects to the node's supervisor
///               │                        └──────────► events to the log
///               └ it failed: whether it was written isn't known, and the activation ends
/// </code>
/// </summary>
internal sealed partial class GrainHost : IEntityHost, IAsyncDisposable
{
    private readonly ProcessId _id;
    private readonly ProcessSurroundings _around;
    private readonly ProcessRecord _record;
    private readonly ProcessGrain _grain;
    private readonly HandOvers _handOvers;
    private readonly EventOutbox _outbox;
    private readonly IndexFeed _index;
    private readonly Lazy<DependencyWatches> _watches;
    private readonly PoolFeed _pool;
    private readonly SemaphoreSlim _writing = new(1);

    public GrainHost(ProcessId id, ProcessSurroundings around, ProcessRecord record, ProcessGrain grain)
    {
        (_id, _around, _record, _grain) = (id, around, record, grain);
        _handOvers = new HandOvers(id, around.Clock, grain.OnAway, around.Logger);
        _outbox = new EventOutbox(id, around.Grains, around.Clock, around.Logger);
        _watches = new Lazy<DependencyWatches>(() => new DependencyWatches(
            new GrainSight(around), (waiting, bug) => LogFailed(around.Logger, waiting, nameof(ProcessEffect.AwaitDependencies), bug)));
        _index = new IndexFeed(id, around.Grains, around.Clock, around.Logger);
        _pool = new PoolFeed(id, around.Grains, around.Clock, around.Logger);
    }

    public TimeProvider Clock => _around.Clock;

    /// <summary>A database that stops answering may have written, or not.</summary>
    public bool AppendIsAllOrNothing => false;

    /// <summary>Goes on with what the rows say.</summary>
    public void Resume(ProcessRow row)
    {
        _outbox.Resume(row);
        foreach (var leftover in row.Leftovers)
        {
            Command(null, leftover.Node, leftover.Epoch, new SupervisorCommand.Forget());
        }
    }

    public async Task AppendAsync(ProcessEntity entity, ProcessTurn turn)
    {
        var began = Clock.GetTimestamp();
        if (turn.Changes.Any(change => change is ProcessChange.Created))
        {
            await _index.AddAsync(Describe(turn.After, null));
        }
        else if (!IsQuiet(turn.After))
        {
            await _index.BusyAsync();
        }

        ValueList<ProcessEvent> events = [.. turn.Events.Select(told => told with { Node = turn.After.Node })];
        var row = await WriteAsync(() => RowOf(turn, events));
        if (turn.Removes)
        {
            await _index.RemoveAsync(turn.After.CreatedAt);
        }
        else
        {
            await _index.UpdateAsync(EntryOf(turn.After, row));
        }

        await _pool.TellAsync(SlotNews.Of(turn.After, turn.Removes));
        turn.Install();
        _outbox.Add(events, row);
        _around.Instruments.Turn(turn.Before, turn.After, turn.Changes, turn.Began, Clock.GetElapsedTime(began));
        if (turn.Removes || IsQuiet(turn.After))
        {
            _grain.SettleLater();
        }
    }

    /// <summary>
    /// Once all events are told: writes that, so that nobody tells them again and the process can be left asleep; of a removed process the rows go.
    /// </summary>
    /// <returns>False: there is something under way still.</returns>
    public async Task<bool> TrySettleAsync(bool removed)
    {
        if (_outbox.Untold.Count > 0 || !_handOvers.Settled.IsCompleted)
        {
            return false;
        }

        if (removed)
        {
            await ClearAsync();
        }
        else if (_record.Row is { State: { } state, Untold.Count: > 0 } && IsQuiet(state))
        {
            var row = await WriteAsync(() => _record.Row with { Untold = _outbox.Untold });
            await _index.UpdateAsync(EntryOf(row.State! with { Spec = row.Spec! }, row));
        }

        return true;
    }

    /// <summary>Tells the index how the process is, after a time in which it may have forgotten.</summary>
    public Task ShowAsync(ProcessState state) => _index.UpdateAsync(EntryOf(state, _record.Row));

    /// <summary>Tells its pool likewise.</summary>
    public Task TellPoolAsync(ProcessState state) => _pool.TellAsync(SlotNews.Of(state, removed: false));

    public void SetAlarm(ProcessEntity entity, DateTimeOffset? at)
    {
        _grain.SetAlarm(at);
        _grain.WatchNode(entity);
        _grain.StayAwake(entity.State.Phase == Phase.Waiting);
    }

    public void HandOver(ProcessEntity entity, ProcessEffect effect)
    {
        switch (effect)
        {
            case ProcessEffect.Command command:
                Command(entity, command.Node, command.Epoch, command.Order);
                break;
            case ProcessEffect.AwaitDependencies wait:
                _watches.Value.Begin(entity, wait);
                break;
            case ProcessEffect.TakeStartToken token:
                Post(token.Node, "a start token", node => _around.Doors.AskTokenAsync(node, _id, token.Epoch));
                break;
            case ProcessEffect.CleanUp clean:
                Command(entity, clean.Node, clean.Epoch, new SupervisorCommand.Release());
                entity.Tell(new ProcessOrder.CleanedUp(clean.Epoch));
                break;
            case ProcessEffect.PurgeRuns purge:
                Purge(entity.State, purge.EndedBefore);
                break;
            case ProcessEffect.Place place:
                _grain.PlaceLater(place.Epoch);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"effect {effect.GetType().Name}");
        }
    }

    public ProcessInfo Describe(ProcessState state, AttemptResult? last) => state.ToInfo(last, Lifetime.Keep, state.Node, Clock.GetUtcNow());

    public void Forgotten(ProcessEntity entity) => _grain.OnForgotten();

    public void FellBehind(ProcessEntity entity) =>
        throw new System.Diagnostics.UnreachableException("an activation never goes on with what it couldn't write");

    public void Refused(ProcessId id, ProcessOrder order, ProcessManagerException refused, bool asked)
    {
        _around.Instruments.Error(refused.Code);
        if (!asked && refused.Code is not ErrorCode.NotFound)
        {
            LogRefused(_around.Logger, id, order.GetType().Name, refused.Message);
        }
    }

    public void Failed(ProcessId id, ProcessOrder order, Exception bug)
    {
        _around.Instruments.Error(ErrorCode.Internal);
        LogFailed(_around.Logger, id, order.GetType().Name, bug);
    }

    /// <summary>What has been handed over has arrived, and what happened is told; or it can't be just now.</summary>
    public Task Settled => Task.WhenAll(_handOvers.Settled, _outbox.Settled, _pool.Settled);

    public async ValueTask DisposeAsync()
    {
        if (_watches.IsValueCreated)
        {
            await _watches.Value.DisposeAsync();
        }

        await _handOvers.DisposeAsync();
        await _outbox.DisposeAsync();
        await _index.DisposeAsync();
        await _pool.DisposeAsync();
        _writing.Dispose();
    }

    private void Command(ProcessEntity? entity, string? node, Epoch epoch, SupervisorCommand command) => Post(
        node,
        command.GetType().Name,
        there => command is SupervisorCommand.Spawn && entity?.State.MayLive(there, epoch) != true
            ? Task.CompletedTask // Its node went and came back meanwhile, and nobody waits for this child any more.
            : _around.Doors.HandOverAsync(there, _id, epoch, command),
        once: command is SupervisorCommand.SendSignal or SupervisorCommand.RunHook);

    private void Post(string? node, string what, Func<string, Task> call, bool once = false)
    {
        // One that was never placed has nobody who could do anything for it.
        if (node is not null)
        {
            _handOvers.Post(new HandOver(node, what, () => call(node), once));
        }
    }

    /// <summary>The row was purged with the turn; what is left of the attempts says which output to keep.</summary>
    private void Purge(ProcessState state, DateTimeOffset before)
    {
        foreach (var former in state.FormerNodes.Append(state.Node))
        {
            Post(former, "a purge", async node =>
            {
                await _record.PurgeHistoryAsync(before);
                var attempts = await _record.AttemptsAsync();
                await _around.Doors.DropLogsAsync(node, _id, attempts.Count > 0 ? new Epoch(attempts[^1].Run, attempts[^1].Attempt) : state.Epoch);
            });
        }
    }

    private static bool IsQuiet(ProcessState state) => state.Phase is Phase.Created or Phase.Finished;

    private IndexEntry EntryOf(ProcessState state, ProcessRow row) =>
        new(Describe(state, row.Attempts.Count > 0 ? row.Attempts[^1] : null), ProcessMachine.WakeAt(state), IsQuiet(state) && row.Untold.Count == 0, state.AwaySince is not null);

    private ProcessRow RowOf(ProcessTurn turn, ValueList<ProcessEvent> events)
    {
        var before = _record.Row is { State: null } ? new ProcessRow { Life = Guid.NewGuid() } : _record.Row;
        var ended = turn.Changes.OfType<ProcessChange.Ended>().Select(change => change.Result);
        var purged = turn.Changes.OfType<ProcessChange.RunsPurged>().LastOrDefault()?.EndedBefore ?? DateTimeOffset.MinValue;
        return new ProcessRow
        {
            State = turn.Removes ? null : turn.After,
            Leftovers = turn.Removes ? [.. turn.After.FormerNodes.Append(turn.After.Node).OfType<string>().Select(node => new Leftover(node, turn.After.Epoch))] : [],
            Spec = turn.Removes ? null : turn.After.Spec,
            Attempts = turn.Removes ? [] : [.. before.Attempts.Concat(ended).Where(attempt => attempt.EndedAt >= purged)],
            Untold = [.. _outbox.Untold, .. events],
            Life = before.Life,
            LastEvent = before.LastEvent + events.Count,
            Labels = turn.After.Spec.Labels,
        };
    }

    private async Task<ProcessRow> WriteAsync(Func<ProcessRow> make)
    {
        var row = new ProcessRow();
        await StoreAsync(() => _record.WriteAsync(row = make()));
        return row;
    }

    /// <summary>Unless meanwhile a new process of that name has come.</summary>
    private Task ClearAsync() => StoreAsync(() => _record.Row.State is null ? _record.ClearAsync() : Task.CompletedTask);

    /// <summary>One at a time: a turn's, or the one after the last.</summary>
    private async Task StoreAsync(Func<Task> store)
    {
        await _writing.WaitAsync();
        try
        {
            await store();
        }
        catch (InconsistentStateException stale)
        {
            _grain.Lose();
            throw new ProcessManagerException(ErrorCode.Unavailable, $"\"{_id}\" has moved to another silo; ask again.", stale);
        }
        catch (Exception failure)
        {
            LogNotWritten(_around.Logger, _id, failure);
            _grain.Lose();
            throw StorageTrouble.Of(_id, failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: {Order} couldn't be taken: {Why}")]
    private static partial void LogRefused(ILogger logger, ProcessId id, string order, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: a bug met the order {Order}")]
    private static partial void LogFailed(ILogger logger, ProcessId id, string order, Exception bug);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: its record couldn't be written")]
    private static partial void LogNotWritten(ILogger logger, ProcessId id, Exception failure);
}
