namespace ProcessManager.Os;

/// <summary>Waits for a line of an attempt's output, on either stream, also one that was written before anybody looked.</summary>
internal sealed class ReadyLine : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Action<Exception> _onFault;
    private readonly Task _following;

    public ReadyLine(LogStore logs, ProcessId id, Epoch epoch, string expression, Action onReady, Action<Exception> onFault)
    {
        _onFault = onFault;
        _following = FollowAsync(logs, id, epoch, new LineFilter(expression), onReady, _cancel.Token);
    }

    /// <summary>Completes when it has looked for the last time.</summary>
    public Task Completion => _following;

    public void Dispose()
    {
        _cancel.Cancel();
        _cancel.Dispose();
    }

    private async Task FollowAsync(LogStore logs, ProcessId id, Epoch epoch, LineFilter filter, Action onReady, CancellationToken cancellationToken)
    {
        // Off the lane of the process: an adopted one may have written much.
        await Task.Yield();
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var streams = new[] { LogStream.Stdout, LogStream.Stderr }.Select(async stream =>
        {
            await foreach (var chunk in logs.FollowAttemptAsync(id, epoch, stream, found.Token))
            {
                if (filter.Apply(chunk).Any())
                {
                    await found.CancelAsync();
                    return true;
                }
            }

            return false;
        }).ToList();
        var seen = false;
        foreach (var stream in streams)
        {
            try
            {
                seen |= await stream;
            }
            catch (OperationCanceledException)
            {
                // It was found on the other one, or isn't waited for any more.
            }
            catch (Exception e)
            {
                _onFault(e);
            }
        }

        if (seen && !cancellationToken.IsCancellationRequested)
        {
            onReady();
        }
    }
}
