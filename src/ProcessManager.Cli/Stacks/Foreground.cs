namespace ProcessManager.Cli;

/// <summary>
/// The processes of a file, run here and shown until all have ended. An interrupt stops them, a second one kills them.
/// </summary>
internal sealed class Foreground(Caller caller, IProcessManager manager, StackSpec stack, IStackView view)
{
    /// <summary>After its end a process' last output is on its way already.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ProcessId, string> _keys = stack.Processes.ToDictionary(spec => spec.Id!.Value, spec => stack.KeyOf(spec.Id!.Value));

    private bool Stopping => caller.Interrupts.First.IsCompleted;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(over.Token);
        var raising = RaiseAsync(cancellationToken);
        var stopping = StopWhenInterruptedAsync(raising, over.Token);
        try
        {
            var raised = await raising;
            var fine = await Task.WhenAll(raised.Members.Select(member => LiveAsync(member, cancellationToken)));
            return Stopping || fine.All(x => x) ? ExitCodes.Done : ExitCodes.Failed;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(watching, stopping);
        }
    }

    private Task<StackOutcome> RaiseAsync(CancellationToken cancellationToken) =>
        manager.Stacks.UpAsync(stack with { Processes = [.. stack.Processes.Select(CallersEnvironment.InheritedBy)] }, cancellationToken);

    /// <summary>One process from its start to its end for good; whether that end is fine.</summary>
    private async Task<bool> LiveAsync(MemberOutcome member, CancellationToken cancellationToken)
    {
        var id = member.Id;
        if (member.Error is { } error)
        {
            view.Note($"{_keys[id]}: {error.Message}");
            if (member.Info is null)
            {
                return false;
            }
        }

        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var showing = ShowOutputAsync(id, quiet.Token);
        ProcessInfo end;
        do
        {
            end = await manager.WaitAsync(id, options: null, cancellationToken);
        }
        while (view.Steers && await GoesOnAsync(end, cancellationToken));

        view.Stands(_keys[id], end);
        quiet.CancelAfter(LastOutput);
        await showing;
        return end.Reason is EndReason.Completed or EndReason.Stopped or EndReason.Killed;
    }

    /// <summary>Whether another run follows. One that was stopped by hand may be started by hand again: its end isn't the end of all.</summary>
    private async Task<bool> GoesOnAsync(ProcessInfo end, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var again = AgainAsync(end, over.Token);
        await Task.WhenAny(caller.Interrupts.First, again);
        await over.CancelAsync();
        return !Stopping && await again;
    }

    private async Task<bool> AgainAsync(ProcessInfo end, CancellationToken over)
    {
        var byHand = end.Reason is EndReason.Stopped or EndReason.Killed;
        if (!byHand)
        {
            return await FindAsync(end.Id, over) is { } now && now.Run > end.Run;
        }

        try
        {
            await foreach (var happened in manager.SubscribeAsync(new EventQuery { Ids = [end.Id], After = "" }, over))
            {
                if (happened.Run > end.Run)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // All are to end.
        }

        return false;
    }

    private async Task<ProcessInfo?> FindAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            return await manager.GetAsync(id, cancellationToken);
        }
        catch (ProcessManagerException e) when (e.Code == ErrorCode.NotFound)
        {
            return null;
        }
    }

    private async Task ShowOutputAsync(ProcessId id, CancellationToken quiet)
    {
        try
        {
            await foreach (var line in manager.ReadLinesAsync(id, new LogQuery { Follow = true }, quiet))
            {
                view.Wrote(_keys[id], line);
            }
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            // It has ended, and so has our patience with whoever still holds its output.
        }
    }

    private async Task WatchAsync(CancellationToken over)
    {
        try
        {
            await foreach (var happened in manager.SubscribeAsync(new EventQuery { Ids = [.. _keys.Keys], After = "" }, over))
            {
                if (happened.Id is { } id && _keys.TryGetValue(id, out var key))
                {
                    view.Happened(key, happened);
                    if (await FindAsync(id, over) is { } info)
                    {
                        view.Stands(key, info);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // All have ended.
        }
    }

    private async Task StopWhenInterruptedAsync(Task raising, CancellationToken over)
    {
        try
        {
            await caller.Interrupts.First.WaitAsync(over);
            view.Note("stopping; once more kills.");

            // What comes to be after the others were told to stop would run on.
            await raising.WaitAsync(over);
            var stopping = manager.StopAllAsync(ProcessSelection.Of([.. _keys.Keys]), options: null, over);
            var killing = KillWhenInterruptedAgainAsync(over);
            await Task.WhenAll(stopping, killing);
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException)
        {
            // All have ended; or nothing could be made of the file, which is told where it was asked for.
        }
    }

    private async Task KillWhenInterruptedAgainAsync(CancellationToken over)
    {
        await caller.Interrupts.Second.WaitAsync(over);
        view.Note("killing.");
        await Task.WhenAll(_keys.Keys.Select(id => manager.KillAsync(id, wait: false, over)));
    }
}
