namespace ProcessManager;

/// <summary>
/// The door to one process: orders wait in line and are taken one at a time. A turn journals what was decided, then folds it in, then
/// hands effects over; it never waits for an effect, so an order to end can always be taken. Who wants an outcome waits outside.
/// </summary>
internal sealed class ProcessEntity(IEntityHost host, ProcessState state, AttemptResult? last) : IProcessDoor
{
    private readonly Lock _gate = new();
    private readonly Queue<(ProcessOrder Order, TaskCompletionSource<ProcessView>? Answer)> _line = new();
    private readonly Waiters _waiters = new();
    private ProcessState _state = state;
    private AttemptResult? _last = last;
    private Backlog? _backlog;
    private Task _turns = Task.CompletedTask;
    private bool _taking;

    /// <summary>When the present start, or the present way down, began; for timing only.</summary>
    private DateTimeOffset? _began;

    public ProcessId Id => _state.Id;

    /// <summary>The state after the last turn; immutable.</summary>
    public ProcessState State => Volatile.Read(ref _state);

    /// <summary>The last attempt that ended, with its error lines.</summary>
    public AttemptResult? Last => Volatile.Read(ref _last);

    public bool Removed { get; private set; }

    /// <summary>Whether turns wait to be written because storage failed.</summary>
    public bool Behind => Volatile.Read(ref _backlog) is not null;

    /// <summary>Completes when the line is empty.</summary>
    public Task Settled
    {
        get
        {
            lock (_gate)
            {
                return _turns;
            }
        }
    }

    /// <summary>
    /// The first turn: writes the record, created and, if wanted, started or attached in one. Called before anybody else can reach the process: orders that come
    /// meanwhile wait in line.
    /// </summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable: nothing was created, and what waits is told NotFound.</exception>
    public async Task CreateAsync(ProcessOrder? first, Func<ProcessEntity, bool> publish)
    {
        lock (_gate)
        {
            _taking = true;
        }

        if (!publish(this))
        {
            throw new ProcessManagerException(ErrorCode.AlreadyExists, $"There is a process \"{Id}\" already.");
        }

        try
        {
            await TakeFirstAsync(first);
        }
        catch (ProcessManagerException)
        {
            Removed = true;
            host.Forgotten(this);
            throw;
        }
        finally
        {
            GoOn();
        }
    }

    private async Task TakeFirstAsync(ProcessOrder? first)
    {
        var now = host.Clock.GetUtcNow();
        
        // One with a schedule waits for that.
        var waits = first is ProcessOrder.Start && _state is { OneOff: false, Spec.Schedule: not null };
        var started = first is not null && !waits ? ProcessMachine.Decide(_state, first, now) : Decision<ProcessChange, ProcessEffect>.Nothing;
        ValueList<ProcessChange> changes = [new ProcessChange.Created(now), .. started.Changes];
        var (created, events) = ProcessMachine.Apply(_state, changes);
        ValueList<ProcessEffect> effects = [.. started.Effects, .. HookRules.Of(created, events)];
        await AppendAsync(created, new(changes, effects), changes, events);
        HandOver(effects);
    }

    /// <summary>As it stands.</summary>
    public ProcessView View => ViewOf(State);

    public Task<ProcessView> LookAsync(CancellationToken cancellationToken) => Task.FromResult(View);

    public Task<ProcessView> TakeAsync(ProcessOrder order, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<ProcessView>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(order, answer);
        return cancellationToken.CanBeCanceled ? answer.Task.WaitAsync(cancellationToken) : answer.Task;
    }

    /// <summary>Takes an order that nobody waits for: a report, an alarm.</summary>
    public void Tell(ProcessOrder order) => Enqueue(order, null);

    public async Task<ProcessView> UntilAsync(ProcessCondition condition, CancellationToken cancellationToken) =>
        ViewOf(await UntilAsync(condition.Holds, cancellationToken));

    /// <inheritdoc cref="Waiters.UntilAsync"/>
    public Task<ProcessState> UntilAsync(Func<ProcessState, bool> condition, CancellationToken cancellationToken) =>
        _waiters.UntilAsync(() => State, condition, cancellationToken);

    private ProcessView ViewOf(ProcessState state)
    {
        var ended = Last;
        return new ProcessView(state, ended, host.Describe(state, ended), Removed);
    }

    private void Enqueue(ProcessOrder order, TaskCompletionSource<ProcessView>? answer)
    {
        lock (_gate)
        {
            _line.Enqueue((order, answer));
            if (_taking)
            {
                return;
            }

            _taking = true;
        }

        GoOn();
    }

    /// <summary>The first part of a turn, up to the journal, runs on the caller's thread: it is short and never blocks.</summary>
    private void GoOn()
    {
        var turns = TakeAllAsync();
        lock (_gate)
        {
            _turns = turns;
        }
    }

    private async Task TakeAllAsync()
    {
        while (true)
        {
            (ProcessOrder Order, TaskCompletionSource<ProcessView>? Answer) next;
            lock (_gate)
            {
                if (!_line.TryDequeue(out next))
                {
                    _taking = false;
                    return;
                }
            }

            try
            {
                await TakeAsync(next.Order, next.Answer);
            }
            catch (ProcessManagerException refused)
            {
                host.Refused(Id, next.Order, refused, asked: next.Answer is not null);
                next.Answer?.SetException(refused);
            }
            catch (Exception bug)
            {
                // A turn's edge: the entity goes on with the state that it had.
                host.Failed(Id, next.Order, bug);
                next.Answer?.SetException(new ProcessManagerException(ErrorCode.Internal, $"A bug met the order {next.Order.GetType().Name}: {bug.Message}", bug));
            }
        }
    }

    private async Task TakeAsync(ProcessOrder order, TaskCompletionSource<ProcessView>? answer)
    {
        if (Removed && _backlog is null)
        {
            throw new ProcessManagerException(ErrorCode.NotFound, $"\"{Id}\" was removed.");
        }

        var decision = ProcessMachine.Decide(_state, order, host.Clock.GetUtcNow());
        if (decision.Refusal is { } refusal)
        {
            throw new ProcessManagerException(refusal.Code, refusal.Message);
        }

        if (decision.Changes.Count > 0 || _backlog is not null)
        {
            decision = await WriteAsync(order, decision);
        }
        else
        {
            host.SetAlarm(this, ProcessMachine.WakeAt(_state));
        }

        if (!Removed)
        {
            HandOver(decision.Effects);
        }

        answer?.SetResult(View);
    }

    /// <returns>What is decided, with the hooks that it calls.</returns>
    private async Task<Decision<ProcessChange, ProcessEffect>> WriteAsync(ProcessOrder order, Decision<ProcessChange, ProcessEffect> decision)
    {
        var (next, events) = ProcessMachine.Apply(_state, decision.Changes);
        decision = decision with { Effects = [.. decision.Effects, .. HookRules.Of(next, events)] };
        var backlog = _backlog ?? new Backlog([], [], []);
        ValueList<ProcessChange> changes = [.. backlog.Changes, .. decision.Changes];
        ValueList<ProcessEvent> telling = [.. backlog.Events, .. events];
        try
        {
            await AppendAsync(next, decision, changes, telling);
        }
        catch (ProcessManagerException storage) when (
            host.AppendIsAllOrNothing && Backlog.MustGoOn(order) && !decision.Changes.Any(change => change is ProcessChange.Removed))
        {
            Volatile.Write(ref _backlog, new Backlog(changes, telling, [.. backlog.Held, .. decision.Effects.Where(effect => !Backlog.Ends(effect))]));
            Install(next, decision);
            HandOver(decision.Effects.Where(Backlog.Ends));
            host.FellBehind(this);
            throw new ProcessManagerException(storage.Code, $"{storage.Message} \"{Id}\" was told to end all the same, and is {next.Phase}.", storage);
        }

        Volatile.Write(ref _backlog, null);
        if (!Removed)
        {
            HandOver(backlog.Held);
        }

        return decision;
    }

    private async Task AppendAsync(
        ProcessState next, Decision<ProcessChange, ProcessEffect> turn, ValueList<ProcessChange> unwritten, ValueList<ProcessEvent> telling)
    {
        await host.AppendAsync(this, new ProcessTurn(_state, next, turn.Changes, unwritten, telling, _began, () => Install(next, turn)));
        _began = turn.Changes.LastOrDefault(change => change is ProcessChange.Starting or ProcessChange.Stopping)?.At ?? _began;
    }

    private void Install(ProcessState next, Decision<ProcessChange, ProcessEffect> turn)
    {
        if (turn.Changes.OfType<ProcessChange.Ended>().LastOrDefault() is { } ended)
        {
            Volatile.Write(ref _last, ended.Result);
        }

        Volatile.Write(ref _state, next);
        Removed |= turn.Changes.Any(change => change is ProcessChange.Removed);
        host.SetAlarm(this, Removed ? null : ProcessMachine.WakeAt(next));
        if (Removed)
        {
            // In this order: once the id is free a new process of that name may be started, and its commands must come after these.
            HandOver(turn.Effects);
            host.Forgotten(this);
        }

        _waiters.Release(next, Removed);
    }

    private void HandOver(IEnumerable<ProcessEffect> effects)
    {
        foreach (var effect in effects)
        {
            host.HandOver(this, effect);
        }
    }
}
