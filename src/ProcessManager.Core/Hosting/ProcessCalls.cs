using System.Diagnostics;

namespace ProcessManager;

/// <summary>
/// What the calls of <see cref="IProcessManager"/> mean for one process: which order is given, what is waited for outside of its turn, and what is answered. The same
/// wherever the process lives.
/// </summary>
internal static class ProcessCalls
{
    public static async Task<ProcessInfo> StartAsync(IProcessDoor door, CancellationToken cancellationToken)
    {
        var view = await door.TakeAsync(new ProcessOrder.Start(), cancellationToken);
        return await UnderWayAsync(door, view, cancellationToken);
    }

    /// <summary>The answer of a start whose order was taken.</summary>
    public static async Task<ProcessInfo> UnderWayAsync(IProcessDoor door, ProcessView view, CancellationToken cancellationToken)
    {
        if (view.State.StartNext)
        {
            return await StartedAsync(door, await NextRunAsync(door, view, cancellationToken), cancellationToken);
        }

        // Up already, and past its spawn: nothing was changed.
        return view.State is { Phase: Phase.Starting, Child: null } or { IsToBeLookedAt: true } ? await StartedAsync(door, view, cancellationToken) : view.Info;
    }

    public static Task<ProcessInfo> StopAsync(IProcessDoor door, StopOptions? options, CancellationToken cancellationToken) =>
        EndAsync(door, new ProcessOrder.Stop(Grace(options)), options?.Wait ?? false, cancellationToken);

    public static Task<ProcessInfo> KillAsync(IProcessDoor door, bool wait, CancellationToken cancellationToken) =>
        EndAsync(door, new ProcessOrder.Kill(), wait, cancellationToken);

    public static async Task<ProcessInfo> RestartAsync(IProcessDoor door, StopOptions? options, CancellationToken cancellationToken)
    {
        var view = await door.TakeAsync(new ProcessOrder.Restart(Grace(options)), cancellationToken);
        if (!view.State.StartNext)
        {
            return await StartedAsync(door, view, cancellationToken);
        }

        return options?.Wait == true
            ? await StartedAsync(door, await NextRunAsync(door, view, cancellationToken), cancellationToken)
            : view.Info;
    }

    public static async Task<ProcessInfo> SignalAsync(IProcessDoor door, Signal signal, bool tree, CancellationToken cancellationToken)
    {
        if (signal.Number is < 1 or > 64)
        {
            throw ProcessManagerException.Invalid([new Fault("signal", $"{signal.Number} is not a signal: 1 to 64")]);
        }

        return (await door.TakeAsync(new ProcessOrder.SendSignal(signal, tree), cancellationToken)).Info;
    }

    public static async Task RemoveAsync(IProcessDoor door, StopOptions? options, CancellationToken cancellationToken)
    {
        await door.TakeAsync(new ProcessOrder.Remove(Grace(options)), cancellationToken);
        await door.UntilAsync(new ProcessCondition.Removed(), cancellationToken);
    }

    /// <summary>The answer of an attach. One that its machine couldn't take after all was never there.</summary>
    public static async Task<ProcessInfo> AttachedAsync(IProcessDoor door, ProcessView since, CancellationToken cancellationToken)
    {
        try
        {
            return await StartedAsync(door, since, cancellationToken);
        }
        catch (ProcessManagerException)
        {
            await RemoveAsync(door, options: null, CancellationToken.None);
            throw;
        }
    }

    public static async Task<ProcessInfo> DetachAsync(IProcessDoor door, CancellationToken cancellationToken)
    {
        var view = await door.TakeAsync(new ProcessOrder.Detach(), cancellationToken);
        return (await door.UntilAsync(new ProcessCondition.LetGo(), cancellationToken)).Removed
            ? view.Info
            : throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"That \"{door.Id}\" is let go of can't be written down on its machine: it stays.");
    }

    /// <param name="attempts">The ends of its attempts, newest first; asked for only when an old run is.</param>
    public static async Task<ProcessInfo> WaitAsync(
        IProcessDoor door, WaitOptions? options, Func<Task<IReadOnlyList<AttemptResult>>> attempts, TimeProvider clock, CancellationToken cancellationToken)
    {
        options ??= new WaitOptions();
        if (options.Timeout <= TimeSpan.Zero)
        {
            throw ProcessManagerException.Invalid([new Fault("timeout", "is not more than zero; leave it out for none")]);
        }

        var present = (await door.LookAsync(cancellationToken)).State.Epoch.Run;
        var run = options.Run ?? present;
        if (run < 0 || run > present)
        {
            throw new ProcessManagerException(ErrorCode.NotFound, $"\"{door.Id}\" has had {present} runs; there is no run {run}.");
        }

        using var limit = new CancellationTokenSource(options.Timeout ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var view = await door.UntilAsync(ConditionOf(options.For, run), either.Token);
            return run == view.State.Epoch.Run ? view.Info : OldRun(view, run, await attempts());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var phase = (await door.LookAsync(cancellationToken)).Info.Phase;
            throw new ProcessManagerException(
                ErrorCode.DeadlineExceeded,
                $"\"{door.Id}\" was not {options.For.ToString().ToLowerInvariant()} within {Durations.Format(options.Timeout!.Value)}; its phase is {phase}.");
        }
    }

    /// <summary>The answer of create and start: after the first spawn's outcome, or when it is clear that there is something to wait for first.</summary>
    public static async Task<ProcessInfo> StartedAsync(IProcessDoor door, ProcessView since, CancellationToken cancellationToken)
    {
        var epoch = since.State.Epoch;
        var view = await door.UntilAsync(new ProcessCondition.Started(epoch), cancellationToken);
        return view.State.Last is { Reason: EndReason.StartFailed or EndReason.DependencyFailed, Error: { } error } last && last.Run == epoch.Run && last.Attempt == epoch.Attempt
            ? throw new ProcessManagerException(error.Code, error.Message)
            : view.Info;
    }

    /// <summary>A one-off's first run, to the end of its main child, retries included. A caller who goes away takes the command along.</summary>
    /// <param name="declared">The process after the turn that made it.</param>
    /// <param name="read">What an attempt wrote, from where the process was.</param>
    public static async Task<ProcessResult> RunAsync(
        IProcessDoor door, ProcessView declared, Func<ProcessState, Epoch, Task<RunOutput>> read, CancellationToken cancellationToken)
    {
        try
        {
            return ResultOfRun.Answer(await OverAsync(door, declared.State.Epoch.Run, read, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the result any more: down the ladder with it.
            await door.TakeAsync(new ProcessOrder.Stop(null), CancellationToken.None);
            throw;
        }
    }

    /// <summary>What the present run of a process came to, or the last one.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it never ran, or isn't over and <paramref name="wait"/> isn't said; NotFound.</exception>
    public static async Task<ProcessResult> ResultAsync(
        IProcessDoor door, bool wait, Func<ProcessState, Epoch, Task<RunOutput>> read, CancellationToken cancellationToken)
    {
        var state = (await door.LookAsync(cancellationToken)).State;
        var run = state.Epoch.Run;
        return run == 0 ? throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{door.Id}\" was never started.")
            : wait || state.RunIsOver(run) ? await OverAsync(door, run, read, cancellationToken)
            : throw new ProcessManagerException(ErrorCode.InvalidState, $"\"{door.Id}\" has no result yet: its phase is {state.Phase}.");
    }

    private static async Task<ProcessResult> OverAsync(
        IProcessDoor door, int run, Func<ProcessState, Epoch, Task<RunOutput>> read, CancellationToken cancellationToken)
    {
        var over = await door.UntilAsync(new ProcessCondition.Over(run), cancellationToken);
        var output = ResultOfRun.Attempt(over) is { } attempt ? await read(over.State, attempt) : RunOutput.Nothing;
        return ResultOfRun.Of(over, output);
    }

    /// <summary>Waits for the run that is to follow the present one, or for somebody to call it off.</summary>
    private static Task<ProcessView> NextRunAsync(IProcessDoor door, ProcessView view, CancellationToken cancellationToken) =>
        door.UntilAsync(new ProcessCondition.NextRun(view.State.Epoch.Run), cancellationToken);

    private static async Task<ProcessInfo> EndAsync(IProcessDoor door, ProcessOrder order, bool wait, CancellationToken cancellationToken)
    {
        var view = await door.TakeAsync(order, cancellationToken);
        return wait ? (await door.UntilAsync(new ProcessCondition.Terminated(view.State.Epoch.Run), cancellationToken)).Info : view.Info;
    }

    private static TimeSpan? Grace(StopOptions? options) =>
        options?.Grace < TimeSpan.Zero
            ? throw ProcessManagerException.Invalid([new Fault("grace", "is negative; 0 is SIGKILL at once")])
            : options?.Grace;

    private static ProcessCondition ConditionOf(WaitFor what, int run) => what switch
    {
        WaitFor.Ready => new ProcessCondition.Ready(run),
        WaitFor.Terminated => new ProcessCondition.Terminated(run),
        WaitFor.Finished => new ProcessCondition.Finished(run),
        _ => throw new UnreachableException($"wait for {what}"),
    };

    /// <summary>A run that others have followed, from the record of its last attempt (which is gone when its retention is over).</summary>
    private static ProcessInfo OldRun(ProcessView view, int run, IReadOnlyList<AttemptResult> attempts)
    {
        var last = attempts.FirstOrDefault(attempt => attempt.Run == run)
            ?? throw new ProcessManagerException(ErrorCode.NotFound, $"The record of run {run} of \"{view.Info.Id}\" isn't kept any more.");
        return view.Info.OfRun(last);
    }
}
