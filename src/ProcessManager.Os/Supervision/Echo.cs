namespace ProcessManager.Os;

/// <summary>
/// Shows what an attempt writes on the manager's own streams, read from its log: a reader that is slow holds the child up no more than any follower, and
/// misses what the budget no longer keeps.
/// </summary>
internal sealed class Echo : IAsyncDisposable
{
    /// <summary>What is left to be shown at the end isn't waited for longer: our own output may be held up for ever.</summary>
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _showing;

    public Echo(ProcessId id, Epoch epoch, LogStore logs, EchoSink sink) => _showing = Task.WhenAll(
        ShowAsync(id, epoch, LogStream.Stdout, logs, sink), ShowAsync(id, epoch, LogStream.Stderr, logs, sink));

    /// <summary>Nothing is written any more: what is left is shown, and that is all.</summary>
    public void End() => _ended.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        End();
        await _showing.WaitAsync(Last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _over.CancelAsync();
        _over.Dispose();
    }

    private async Task ShowAsync(ProcessId id, Epoch epoch, LogStream stream, LogStore logs, EchoSink sink)
    {
        try
        {
            var query = new LogQuery { Stream = stream, Offset = logs.StartOf(id, epoch, stream), Follow = true };
            await foreach (var chunk in logs.ReadAsync(id, query, _ended.Task, _over.Token).ConfigureAwait(false))
            {
                await sink.WriteAsync(stream, chunk.Bytes, _over.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Our own stream was closed, or we were: the log has it all.
        }
    }
}
