namespace ProcessManager;

/// <summary>Who waits for a state of one process. Each is released once: when its condition holds, or when the process is removed.</summary>
internal sealed class Waiters
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiting = [];
    private bool _removed;

    /// <summary>The first state, from now on, for which <paramref name="condition"/> holds; of a removed process the last one.</summary>
    /// <param name="present">
    /// What everybody sees, which is newer than what was last released for a moment: who has seen a run open must not be answered by the state before.
    /// </param>
    public async Task<ProcessState> UntilAsync(Func<ProcessState> present, Func<ProcessState, bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        lock (_gate)
        {
            var state = present();
            if (_removed || condition(state))
            {
                return state;
            }

            _waiting.Add(waiter);
        }

        try
        {
            return await waiter.Done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(waiter);
            }
        }
    }

    public void Release(ProcessState state, bool removed)
    {
        List<Waiter> met;
        lock (_gate)
        {
            _removed |= removed;
            met = _waiting.FindAll(waiter => _removed || waiter.Condition(state));
        }

        foreach (var waiter in met)
        {
            waiter.Done.TrySetResult(state);
        }
    }

    private sealed class Waiter(Func<ProcessState, bool> condition)
    {
        public Func<ProcessState, bool> Condition { get; } = condition;

        public TaskCompletionSource<ProcessState> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
