namespace ProcessManager;

/// <summary>
/// A command with somebody beside it while it runs: who is told what it writes, a stream that it reads from. A run is one call that answers at its end, so its beginning is looked for.
/// </summary>
internal sealed class CompaniedRun(IProcessManager manager, ProcessId id)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    public async Task<ProcessResult> RunAsync(
        ProcessSpec spec, ReadOnlyMemory<byte>? bytes, Stream? input, OutputCallback? onOutput, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = manager.RunAsync(spec, bytes, over.Token);
        var told = new ToldOutput(onOutput);
        var telling = onOutput is null ? Task.CompletedTask : TellAsync(told, run, over.Token);
        var feeding = input is null ? Task.CompletedTask : FeedAsync(input, run, over.Token);
        try
        {
            await Task.WhenAny(run, telling);
            if (telling.IsFaulted)
            {
                // The callback threw: nobody wants its output any more.
                await over.CancelAsync();
            }

            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(run, telling, feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (telling.IsFaulted)
        {
            await telling;
        }

        if (onOutput is not null && (run.IsCompletedSuccessfully || run.Exception?.InnerException is CommandException))
        {
            await told.RestAsync(manager, id, cancellationToken);
        }

        return await run;
    }

    private async Task TellAsync(ToldOutput told, Task run, CancellationToken over)
    {
        try
        {
            await AppearAsync(run, over);
            await foreach (var chunk in manager.ReadLogsAsync(id, new LogQuery { Follow = true }, over))
            {
                told.Add(chunk);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The command has ended; what is left to tell is read once more, to its end.
        }
        catch (ProcessManagerException) when (run.IsCompleted)
        {
            // It never came to be: the run itself says why.
        }
    }

    private async Task FeedAsync(Stream input, Task run, CancellationToken over)
    {
        var buffer = new byte[64 << 10];
        try
        {
            await AppearAsync(run, over);
            await manager.WaitAsync(id, new WaitOptions { For = WaitFor.Ready }, over);
            while (await input.ReadAsync(buffer, over) is > 0 and var read)
            {
                await manager.WriteStdinAsync(id, buffer.AsMemory(0, read), close: false, over);
            }

            await manager.WriteStdinAsync(id, default, close: true, over);
        }
        catch (Exception e) when (e is ProcessManagerException or OperationCanceledException)
        {
            // It left before it read all of its input, or was called off.
        }
    }

    private async Task AppearAsync(Task run, CancellationToken over)
    {
        while (!await IsOpenAsync(run, over))
        {
            await Task.Delay(LookAgain, TimeProvider.System, over);
        }
    }

    private async Task<bool> IsOpenAsync(Task run, CancellationToken over)
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
}
