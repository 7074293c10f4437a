namespace ProcessManager.Cli;

/// <summary>
/// A command that runs as if the shell had started it: its output and input are ours, an interrupt stops it, and we exit as it does, at the moment
/// its main child ends.
/// </summary>
/// <param name="tty">In a terminal of its own, which ours stands for: see <see cref="Typing"/>.</param>
internal sealed class AttachedRun(Call call, IProcessManager manager, bool tty)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<LogStream, long> _shown = new() { [LogStream.Stdout] = 0, [LogStream.Stderr] = 0 };

    // Reading our own input can't be called off, so nobody waits for this one: it ends with us.
    private Task? _feeding;

    public async Task<int> RunAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var id = spec.Id!.Value;
        call.Caller.Interrupts.Listen();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var typing = tty ? Typing.Begin(call.Caller) : null;
        var attached = tty ? Typing.For(spec) : spec with { Stdin = new StdinSpec { Mode = StdinMode.Pipe } };
        var run = manager.RunAsync(attached, input: null, cancellationToken);
        var showing = FollowAsync(id, run, over.Token);
        var stopping = StopWhenInterruptedAsync(id, run, over.Token);
        _feeding = FeedAsync(id, run, typing?.Input ?? call.Caller.Input, over.Token);
        var sizing = tty ? FollowSizeAsync(id, run, over.Token) : Task.CompletedTask;
        try
        {
            await Task.WhenAny(run, showing);
            if (showing.IsFaulted && !run.IsCompleted)
            {
                // Nobody reads what it writes any more. A shell's command would have got SIGPIPE.
                await manager.StopAsync(id, options: null, cancellationToken);
            }

            return ExitCode(await run);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(showing, stopping, sizing);
            await ShowRestAsync(id, cancellationToken);
        }
    }

    private int ExitCode(ProcessResult result)
    {
        if (result.ExitCode is { } code)
        {
            return code;
        }

        call.Note("the command ended, and nobody saw how.");
        return ExitCodes.RunItselfFailed;
    }

    private async Task FollowAsync(ProcessId id, Task run, CancellationToken over)
    {
        try
        {
            await AppearAsync(id, run, over);
            await foreach (var chunk in manager.ReadLogsAsync(id, new LogQuery { Follow = true }, over))
            {
                Show(chunk);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The command has ended; what is left to show is read once more, to its end.
        }
        catch (ProcessManagerException) when (run.IsCompleted)
        {
            // It never came to be: the run itself says why.
        }
    }

    /// <summary>What was written up to the end of the command, whoever else still writes.</summary>
    private async Task ShowRestAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var stream in _shown.Keys.ToList())
            {
                await foreach (var chunk in manager.ReadLogsAsync(id, new LogQuery { Stream = stream, Offset = _shown[stream] }, cancellationToken))
                {
                    Show(chunk);
                }
            }
        }
        catch (ProcessManagerException e) when (e.Code == ErrorCode.NotFound)
        {
            // It was never made (a spec that the manager refused), or somebody removed it meanwhile.
        }
    }

    private void Show(LogChunk chunk)
    {
        (chunk.Stream == LogStream.Stdout ? call.Caller.Out : call.Caller.Error).Bytes(chunk.Bytes.Span);
        _shown[chunk.Stream] = chunk.Offset + chunk.Bytes.Length;
    }

    private async Task FollowSizeAsync(ProcessId id, Task run, CancellationToken over)
    {
        try
        {
            await AppearAsync(id, run, over);
            await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Ready }, over);
            await Typing.FollowSizeAsync(manager, id, over);
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException)
        {
            // It ended, or it never came to be: the run itself says why.
        }
    }

    private async Task FeedAsync(ProcessId id, Task run, Stream input, CancellationToken over)
    {
        try
        {
            await AppearAsync(id, run, over);
            await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Ready }, over);
            await StdinVerb.CopyAsync(input, manager, id, close: true, over);
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException or IOException)
        {
            // It left before it read all of our input, or we were called off; or our input can't be read, and it gets none.
        }
    }

    /// <summary>Until its run is open. It is asked for in one call that answers at its end, so its beginning has to be looked for.</summary>
    private async Task AppearAsync(ProcessId id, Task run, CancellationToken over)
    {
        while (!await IsOpenAsync(id, run, over))
        {
            await Task.Delay(LookAgain, call.Caller.Clock, over);
        }
    }

    private async Task<bool> IsOpenAsync(ProcessId id, Task run, CancellationToken over)
    {
        try
        {
            return (await manager.GetAsync(id, over)).Run > 0;
        }
        catch (ProcessManagerException e) when (e.Code == ErrorCode.NotFound && !run.IsCompleted)
        {
            return false;
        }
    }

    private async Task StopWhenInterruptedAsync(ProcessId id, Task run, CancellationToken over)
    {
        try
        {
            await call.Caller.Interrupts.First.WaitAsync(over);
            await AppearAsync(id, run, over);
            await manager.StopAsync(id, options: null, over);
            await call.Caller.Interrupts.Second.WaitAsync(over);
            await manager.KillAsync(id, wait: false, over);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It ended by itself.
        }
        catch (ProcessManagerException) when (run.IsCompleted)
        {
            // It was faster.
        }
    }
}
