namespace ProcessManager.Embedded;

/// <summary>
/// The door to one process: orders wait in line and are taken one at a time. A turn journals what was decided, then folds it in, then
/// hands effects over; it never waits for an effect, so an order to end can always be taken. Who wants an outcome waits outside.
/// </summary>
internal sealed class ProcessEntity
{
    private readonly EntityHost _host;
    private readonly Lock _gate = new();
    private readonly Queue<(ProcessOrder Order, TaskCompletionSource<ProcessState>? Answer)> _line = new();
    private readonly List<Waiter> _waiters = [];
    private ProcessState _state;
    private AttemptResult? _last;
    private Task _turns = Task.CompletedTask;
    private bool _taking;

    /// <summary>When the present start, or the present way down, began; for timing only.</summary>
    private DateTimeOffset? _began;

    /// <summary>Effects that begin something, while the decision for them isn't on the disk.</summary>
    private List<ProcessEffect>? _held;
    private List<ProcessEvent> _untold = [];
    private List<ProcessChange> _unwritten = [];

    public ProcessEntity(EntityHost host, ProcessState state, AttemptResult? last)
    {
        _host = host;
        _state = state;
        _last = last;
    }

    public ProcessId Id => _state.Id;

    /// <summary>The state after the last turn; immutable.</summary>
    public ProcessState State => Volatile.Read(ref _state);

    /// <summary>The last attempt that ended, with its error lines.</summary>
    public AttemptResult? Last => Volatile.Read(ref _last);

    public bool Removed { get; private set; }

    /// <summary>Whether turns wait to be written because storage failed.</summary>
    public bool Behind => Volatile.Read(ref _held) is not null;

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

    /// <summary>Writes the first record: created, and started in the same turn if wanted.</summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable: nothing was created.</exception>
    public async Task CreateAsync(bool start)
    {
        var now = _host.Clock.GetUtcNow();
        var started = start ? ProcessMachine.Decide(_state, new ProcessOrder.Start(), now) : ProcessMachineNothing;
        ValueList<ProcessChange> changes = [new ProcessChange.Created(now), .. started.Changes];
        var (state, events) = ProcessMachine.Apply(_state, changes);
        await AppendAsync(state, changes, changes, events);
        Install(state, changes);
        HandOver(started.Effects);
    }

    /// <summary>Takes an order; answers with the state after its turn.</summary>
    /// <exception cref="ProcessManagerException">The order was refused, or couldn't be journaled.</exception>
    public Task<ProcessState> TakeAsync(ProcessOrder order)
    {
        var answer = new TaskCompletionSource<ProcessState>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(order, answer);
        return answer.Task;
    }

    /// <summary>Takes an order that nobody waits for: a report, an alarm.</summary>
    public void Tell(ProcessOrder order) => Enqueue(order, null);

    /// <summary>The first state, from now on, for which <paramref name="condition"/> holds; of a removed process the last one.</summary>
    public async Task<ProcessState> UntilAsync(Func<ProcessState, bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        lock (_gate)
        {
            if (Removed || condition(_state))
            {
                return _state;
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private static Decision<ProcessChange, ProcessEffect> ProcessMachineNothing => Decision<ProcessChange, ProcessEffect>.Nothing;

    private void Enqueue(ProcessOrder order, TaskCompletionSource<ProcessState>? answer)
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

        // The first part of a turn, up to the journal, runs on the caller's thread: it is short and never blocks.
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
            (ProcessOrder Order, TaskCompletionSource<ProcessState>? Answer) next;
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
                _host.Refused(Id, next.Order, refused, asked: next.Answer is not null);
                next.Answer?.SetException(refused);
            }
            catch (Exception bug)
            {
                // A turn's edge: the entity goes on with the state that it had.
                _host.Failed(Id, next.Order, bug);
                next.Answer?.SetException(new ProcessManagerException(ErrorCode.Internal, $"A bug met the order {next.Order.GetType().Name}: {bug.Message}", bug));
            }
        }
    }

    private async Task TakeAsync(ProcessOrder order, TaskCompletionSource<ProcessState>? answer)
    {
        if (Removed && _held is null)
        {
            throw new ProcessManagerException(ErrorCode.NotFound, $"\"{Id}\" was removed.");
        }

        var decision = ProcessMachine.Decide(_state, order, _host.Clock.GetUtcNow());
        if (decision.Refusal is { } refusal)
        {
            throw new ProcessManagerException(refusal.Code, refusal.Message);
        }

        if (decision.Changes.Count == 0 && _held is null)
        {
            HandOver(decision.Effects);
            _host.Alarms.Set(this, ProcessMachine.WakeAt(_state));
            answer?.SetResult(_state);
            return;
        }

        var (state, events) = ProcessMachine.Apply(_state, decision.Changes);
        ValueList<ProcessChange> changes = [.. _unwritten, .. decision.Changes];
        ValueList<ProcessEvent> telling = [.. _untold, .. events];
        try
        {
            await AppendAsync(state, decision.Changes, changes, telling);
        }
        catch (ProcessManagerException storage) when (MustGoOn(order))
        {
            GoOnUnwritten(state, decision, changes, telling);
            if (answer is not null)
            {
                throw new ProcessManagerException(storage.Code, $"{storage.Message} \"{Id}\" was told to end all the same, and is {state.Phase}.", storage);
            }

            return;
        }

        _unwritten = [];
        _untold = [];
        if (decision.Changes.Any(change => change is ProcessChange.Started))
        {
            Os.Moments.Pass(Os.Moment.Started);
        }

        Install(state, decision.Changes);
        if (_held is { } held)
        {
            Volatile.Write(ref _held, null);
            HandOver(held);
        }

        HandOver(decision.Effects);
        answer?.SetResult(state);
    }

    private async Task AppendAsync(
        ProcessState state, ValueList<ProcessChange> turn, ValueList<ProcessChange> unwritten, ValueList<ProcessEvent> telling)
    {
        var started = _host.Clock.GetTimestamp();
        await _host.Journal.AppendAsync(JournalEntry.Of(state, unwritten, telling));
        _host.Instruments.Turn(_state, state, turn, _began, _host.Clock.GetElapsedTime(started));
        _began = turn.LastOrDefault(change => change is ProcessChange.Starting or ProcessChange.Stopping)?.At ?? _began;
    }

    /// <summary>
    /// Facts stay facts, and a way down is a way down, when they can't be written: kept in memory and written with the next turn that can be.
    /// </summary>
    private static bool MustGoOn(ProcessOrder order) =>
        order is ProcessOrder.Stop or ProcessOrder.Kill or ProcessOrder.Reported or ProcessOrder.Wake or ProcessOrder.CleanedUp;

    private void GoOnUnwritten(
        ProcessState state, Decision<ProcessChange, ProcessEffect> decision, ValueList<ProcessChange> changes, ValueList<ProcessEvent> telling)
    {
        _unwritten = [.. changes];
        _untold = [.. telling];
        var held = _held ?? [];
        held.AddRange(decision.Effects.Where(effect => !Ends(effect)));
        Volatile.Write(ref _held, held);
        Install(state, decision.Changes);
        HandOver(decision.Effects.Where(Ends));
        _host.FellBehind(this);
    }

    private static bool Ends(ProcessEffect effect) =>
        effect is ProcessEffect.Command { Order: SupervisorCommand.EndTree or SupervisorCommand.RunStopCommand or SupervisorCommand.SendSignal };

    private void Install(ProcessState state, ValueList<ProcessChange> changes)
    {
        if (changes.OfType<ProcessChange.Ended>().LastOrDefault() is { } ended)
        {
            Volatile.Write(ref _last, ended.Result);
        }

        var removed = changes.Any(change => change is ProcessChange.Removed);
        List<Waiter> met;
        lock (_gate)
        {
            Volatile.Write(ref _state, state);
            Removed |= removed;
            met = [.. _waiters.Where(waiter => Removed || waiter.Condition(state))];
        }

        _host.Alarms.Set(this, removed ? null : ProcessMachine.WakeAt(state));
        if (removed)
        {
            _host.Forgotten(this);
        }

        foreach (var waiter in met)
        {
            waiter.Done.TrySetResult(state);
        }
    }

    private void HandOver(IEnumerable<ProcessEffect> effects)
    {
        foreach (var effect in effects)
        {
            _host.HandOver(this, effect);
        }
    }

    private sealed class Waiter(Func<ProcessState, bool> condition)
    {
        public Func<ProcessState, bool> Condition { get; } = condition;

        public TaskCompletionSource<ProcessState> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
