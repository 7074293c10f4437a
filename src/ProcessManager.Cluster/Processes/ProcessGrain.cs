using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>
/// The door to one process. Reentrant, because the process takes its orders one after another by itself, and who waits for something must not keep an order to end away.
/// </summary>
[Reentrant]
internal sealed partial class ProcessGrain(ProcessSurroundings around) : Grain, IProcessGrain, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>After the last event was told the row is written once more; by then, in a storm of turns, it has been anyway.</summary>
    private static readonly TimeSpan SettleAfter = TimeSpan.FromSeconds(1);

    /// <summary>Less than the time after which an activation that nobody asks is put to sleep.</summary>
    private static readonly TimeSpan StayAwakeEvery = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks for a node that is away.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Timers have an upper limit; a wake that comes early does nothing.</summary>
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _lost = new();
    private GrainHost? _host;
    private ProcessRecord? _record;
    private ProcessEntity? _entity;
    private IGrainTimer? _alarm;
    private IGrainTimer? _settling;
    private IGrainTimer? _placing;
    private IGrainTimer? _looking;
    private IGrainTimer? _awake;

    /// <summary>Why the record couldn't be read.</summary>
    private ProcessManagerException? _unreadable;

    private ProcessId Id => ProcessGrains.IdOf(this.GetPrimaryKeyString());

    private GrainHost Host => _host!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new ProcessRecord(around.Storage, this.GetGrainId());
        _host = new GrainHost(Id, around, _record, this);
        try
        {
            await _record.ReadAsync();
        }
        catch (Exception failure)
        {
            // Callers are answered with a code: an exception from here would lose it on its way.
            LogUnreadable(around.Logger, Id, failure);
            _unreadable = StorageTrouble.Of(Id, failure);
            return;
        }

        Host.Resume(_record.Row);
        if (_record.Row is { State: { } state, Spec: { } spec } row)
        {
            _entity = new ProcessEntity(Host, state with { Spec = spec }, row.Attempts.Count > 0 ? row.Attempts[^1] : state.Last);
            Host.SetAlarm(_entity, ProcessMachine.WakeAt(_entity.State));
            await Host.ShowAsync(_entity.State);
            await Host.TellPoolAsync(_entity.State);

            // What was decided may not have been handed over by the activation before; asking twice does nothing.
            _entity.Tell(new ProcessOrder.Recover());
        }

        if (_record.Row is { Untold.Count: > 0 } or { Leftovers.Count: > 0 })
        {
            SettleLater();
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _lost.CancelAsync();
        if (_entity is { } entity)
        {
            await entity.Settled.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await Host.Settled.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_settling is not null && _unreadable is null && !cancellationToken.IsCancellationRequested)
        {
            await SettleAsync(cancellationToken);
        }

        await Host.DisposeAsync();
    }

    public void Dispose() => _lost.Dispose();

    public Task<Answer<ProcessView>> CreateAsync(ProcessSpec spec, bool oneOff, ProcessOrder? first, JobPlace? job, PipeStage? stage) => Answer.OfAsync(async () =>
    {
        CheckReadable();
        CheckFree();

        // Of a process of this name that was removed nothing is left when this one begins: its nodes and its events know of it.
        await EndedAsync();
        var placement = first switch
        {
            ProcessOrder.Start { Placement: { } there } => there,
            ProcessOrder.Attach { Placement: { } there } => there,
            _ => around.Placer.Choose(spec, null),
        };
        await CheckAsync(spec, placement);
        CheckFree();
        var state = ProcessMachine.Create(Id, spec.WithSecretsOf(null), oneOff, around.Clock.GetUtcNow(), job, stage);
        var entity = new ProcessEntity(Host, state, last: null);
        await entity.CreateAsync(first is ProcessOrder.Start start ? start with { Placement = placement } : first, Publish);
        return entity.View;
    });

    public Task<Answer<ProcessView>> TakeAsync(ProcessOrder order) => Answer.OfAsync(async () =>
    {
        var entity = Find();
        return await entity.TakeAsync(Placed(order, entity.State), CancellationToken.None);
    });

    public Task<Answer<ProcessView>> LookAsync() => Answer.OfAsync(() => Task.FromResult(Find().View));

    public Task<Answer<ProcessView?>> UntilAsync(ProcessCondition condition, DateTimeOffset of, TimeSpan limit) => Answer.OfAsync(async () =>
    {
        var entity = Find();
        if (entity.State.CreatedAt != of)
        {
            throw NotFound();
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token);
        patience.CancelAfter(limit < LongestWait ? limit : LongestWait);
        try
        {
            return await entity.UntilAsync(condition, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    });

    public Task<Answer<ProcessInfo>> InfoAsync() => Answer.OfAsync(() => Task.FromResult(Find().View.Info));

    public Task<Answer<ProcessSpec>> SpecAsync() => Answer.OfAsync(() => Task.FromResult(Find().State.Spec.Redacted()));

    public Task<Answer<ProcessSpec>> WholeSpecAsync() => Answer.OfAsync(() => Task.FromResult(Find().State.Spec));

    public Task<Answer<ProcessView>> UpdateAsync(ProcessSpec spec, long? ifVersion) => Answer.OfAsync(async () =>
    {
        var entity = Find();
        var desired = spec.WithSecretsOf(entity.State.Spec);
        var placement = around.Placer.Choose(desired, entity.State.Node);
        await CheckAsync(desired, placement);
        return await entity.TakeAsync(new ProcessOrder.Update(desired, ifVersion, placement), CancellationToken.None);
    });

    public Task<Answer<UpdatePlan>> PlanAsync(ProcessSpec spec) => Answer.OfAsync(async () =>
    {
        var entity = Find();
        var desired = spec.WithSecretsOf(entity.State.Spec);
        await CheckAsync(desired, around.Placer.Choose(desired, entity.State.Node));
        return SpecDifference.Between(entity.State.Spec, desired);
    });

    public Task<Answer<ValueList<AttemptResult>>> RunsAsync() => Answer.OfAsync(async () =>
    {
        Find();
        try
        {
            return await _record!.AttemptsAsync();
        }
        catch (Exception failure) when (failure is not ProcessManagerException)
        {
            throw StorageTrouble.Of(Id, failure);
        }
    });

    public async Task<bool> ReportAsync(string node, Epoch epoch, SupervisorReport report)
    {
        CheckReadable();
        if (_entity is not { } entity || entity.State.Node != node)
        {
            return false;
        }

        await entity.TakeAsync(new ProcessOrder.Reported(epoch, report), CancellationToken.None);
        return true;
    }

    public Task GrantAsync(Epoch epoch)
    {
        CheckReadable();
        _entity?.Tell(new ProcessOrder.StartToken(epoch));
        return Task.CompletedTask;
    }

    public Task<Answer<SlotNews?>> GrantSlotAsync(Epoch epoch) => Answer.OfAsync(async () =>
    {
        var entity = Find();
        var placement = around.Placer.Choose(entity.State.Spec, entity.State.Node);
        var view = await entity.TakeAsync(new ProcessOrder.SlotGranted(epoch, placement), CancellationToken.None);
        return SlotNews.Of(view.State, view.Removed);
    });

    public Task<Answer<SlotNews?>> SlotAsync() => Answer.OfAsync(() => Task.FromResult(SlotNews.Of(Find().State, removed: false)));

    public async Task<bool> NodeBackAsync(string node, Epoch? epoch)
    {
        CheckReadable();
        if (_entity is not { } entity || entity.State.Node != node)
        {
            return false;
        }

        await entity.TakeAsync(new ProcessOrder.NodeBack(node), CancellationToken.None);
        return epoch is not { } asked || entity.State.Owns(node, asked);
    }

    public async Task NodeGoneAsync(string node)
    {
        CheckReadable();
        if (_entity is { } entity)
        {
            await entity.TakeAsync(new ProcessOrder.NodeGone(node), CancellationToken.None);
        }
    }

    public async Task<bool> WakeAsync()
    {
        CheckReadable();
        if (_entity is not { } entity)
        {
            return false;
        }

        await entity.TakeAsync(Placed(new ProcessOrder.Wake(), entity.State), CancellationToken.None);
        if (!ReferenceEquals(_entity, entity))
        {
            // It was its end that it was woken for, and the index knows.
            return false;
        }

        await Host.ShowAsync(entity.State);
        return true;
    }

    public void SetAlarm(DateTimeOffset? at)
    {
        if (at is not { } time)
        {
            _alarm?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Timers have milliseconds and round down: one more, so that it is past when it rings.
        var wait = time - around.Clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestAlarm ? LongestAlarm : wait;
        if (_alarm is { } alarm)
        {
            alarm.Change(wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _alarm = this.RegisterGrainTimer(Ring, new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
    }

    public void OnAway(string node) => _entity?.Tell(new ProcessOrder.NodeGone(node));

    /// <summary>
    /// While its node is away it looks itself whether it is back. It is told, too; but news that cross, or that a silo has later than others, would leave it waiting for ever.
    /// </summary>
    public void WatchNode(ProcessEntity entity)
    {
        if (entity.State.AwaySince is null)
        {
            _looking?.Dispose();
            _looking = null;
            return;
        }

        _looking ??= this.RegisterGrainTimer(
            _ =>
            {
                if (entity.State is { AwaySince: not null, Node: { } node } && around.Nodes.Find(node)?.Info.State is NodeState.Live or NodeState.Leaving)
                {
                    entity.Tell(new ProcessOrder.NodeBack(node));
                }

                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(LookEvery, LookEvery) { Interleave = true });
    }

    /// <summary>Who waits for others looks itself; asleep, it would be started by nobody.</summary>
    public void StayAwake(bool waiting)
    {
        if (!waiting)
        {
            _awake?.Dispose();
            _awake = null;
            return;
        }

        _awake ??= this.RegisterGrainTimer(
            _ => Task.CompletedTask, new GrainTimerCreationOptions(StayAwakeEvery, StayAwakeEvery) { Interleave = true, KeepAlive = true });
    }

    /// <summary>After a pause a node is looked for once more.</summary>
    public void PlaceLater(Epoch epoch)
    {
        if (_entity is not { } entity)
        {
            return;
        }

        var pause = new GrainTimerCreationOptions(ProcessMachine.PlacementPause(entity.State), Timeout.InfiniteTimeSpan) { Interleave = true };
        _placing?.Dispose();
        _placing = this.RegisterGrainTimer(
            _ =>
            {
                entity.Tell(new ProcessOrder.Placed(epoch, around.Placer.Choose(entity.State.Spec, entity.State.Node)));
                return Task.CompletedTask;
            },
            pause);
    }

    public void OnForgotten()
    {
        _entity = null;
        _alarm?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _looking?.Dispose();
        _looking = null;
        StayAwake(waiting: false);
    }

    /// <summary>What is in memory may not be what is written: this activation ends, and the next one reads.</summary>
    public void Lose()
    {
        _lost.Cancel();
        DeactivateOnIdle();
    }

    /// <summary>Some time after a turn: the row is written without the events that are told by then, and of a removed process it goes.</summary>
    public void SettleLater()
    {
        if (_settling is null)
        {
            _settling = this.RegisterGrainTimer(SettleAsync, new GrainTimerCreationOptions(SettleAfter, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
        else
        {
            _settling.Change(SettleAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private Task Ring(CancellationToken cancellationToken)
    {
        if (_entity is { } entity)
        {
            entity.Tell(Placed(new ProcessOrder.Wake(), entity.State));
        }

        return Task.CompletedTask;
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await Host.TrySettleAsync(_entity is null))
            {
                SettleLater();
            }
        }
        catch (ProcessManagerException failure)
        {
            // This activation ends; the next one finds the same row.
            LogUnsettled(around.Logger, Id, failure.Message);
        }
    }

    private bool Publish(ProcessEntity entity)
    {
        if (_entity is not null)
        {
            return false;
        }

        _entity = entity;
        return true;
    }

    /// <summary>A start says where to; who asks for one needn't know.</summary>
    private ProcessOrder Placed(ProcessOrder order, ProcessState state) => order switch
    {
        ProcessOrder.Start { Placement: null } start => start with { Placement = around.Placer.Choose(state.Spec, state.Node) },
        ProcessOrder.Wake { Placement: null } when state.ScheduledAt is not null => new ProcessOrder.Wake(around.Placer.Choose(state.Spec, state.Node)),
        ProcessOrder.Restart { Placement: null } restart => restart with { Placement = around.Placer.Choose(state.Spec, state.Node) },
        _ => order,
    };

    private async Task CheckAsync(ProcessSpec spec, Placement placement)
    {
        var faults = SpecRules.Check(spec);
        if (faults.Count == 0 && placement is Placement.On on)
        {
            faults = await around.Doors.CheckAsync(on.Node, spec);
        }

        if (faults.Count > 0)
        {
            throw ProcessManagerException.Invalid(faults);
        }
    }

    private async Task EndedAsync()
    {
        try
        {
            await Host.Settled.WaitAsync(LongestWait);
        }
        catch (TimeoutException)
        {
            throw new ProcessManagerException(ErrorCode.Unavailable, $"A process \"{Id}\" was removed, and that can't be told just now; ask again.");
        }
    }

    private void CheckReadable()
    {
        if (_unreadable is not null)
        {
            // Only now: an activation that ends before it was asked turns its caller away without a code.
            DeactivateOnIdle();
            throw _unreadable;
        }
    }

    private void CheckFree()
    {
        if (_entity is not null)
        {
            throw new ProcessManagerException(ErrorCode.AlreadyExists, $"There is a process \"{Id}\" already.");
        }
    }

    private ProcessEntity Find()
    {
        CheckReadable();
        return _entity ?? throw NotFound();
    }

    private ProcessManagerException NotFound() => new(ErrorCode.NotFound, $"There is no process \"{Id}\".");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: its record couldn't be read")]
    private static partial void LogUnreadable(ILogger logger, ProcessId id, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: that its events are told couldn't be written: {Why}")]
    private static partial void LogUnsettled(ILogger logger, ProcessId id, string why);
}
