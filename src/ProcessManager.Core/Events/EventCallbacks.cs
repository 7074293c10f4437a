namespace ProcessManager;

/// <summary>Delegates for events, over any manager: they run in the caller's process.</summary>
public static class EventCallbacks
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Calls <paramref name="handler"/> for each event that matches, one after another, until what is answered is disposed of. It goes on after the last event when the
    /// manager couldn't be reached for a while. What the handler throws goes to <paramref name="onError"/>, and the next event comes all the same.
    /// </summary>
    /// <param name="onError">Also told of what a manager that can't be reached throws. Null: nobody is.</param>
    public static IAsyncDisposable On(
        this IProcessManager manager, EventQuery query, Func<ProcessEvent, CancellationToken, Task> handler, Action<Exception>? onError = null) =>
        new Subscription(manager, query, handler, onError);

    /// <inheritdoc cref="On(IProcessManager, EventQuery, Func{ProcessEvent, CancellationToken, Task}, Action{Exception})"/>
    public static IAsyncDisposable On(this IProcessManager manager, EventType type, Func<ProcessEvent, CancellationToken, Task> handler, Action<Exception>? onError = null) =>
        manager.On(new EventQuery { Types = [type] }, handler, onError);

    /// <inheritdoc cref="On(IProcessManager, EventQuery, Func{ProcessEvent, CancellationToken, Task}, Action{Exception})"/>
    public static IAsyncDisposable On(this ProcessHandle process, EventType type, Func<ProcessEvent, CancellationToken, Task> handler, Action<Exception>? onError = null) =>
        process.Manager.On(new EventQuery { Types = [type], Ids = [process.Id] }, handler, onError);

    private sealed class Subscription : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Action<Exception>? _onError;
        private readonly Task _work;
        private string? _after;

        public Subscription(IProcessManager manager, EventQuery query, Func<ProcessEvent, CancellationToken, Task> handler, Action<Exception>? onError)
        {
            (_onError, _after) = (onError, query.After);
            _work = WorkAsync(manager, query, handler);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _work;
            _end.Dispose();
        }

        private async Task WorkAsync(IProcessManager manager, EventQuery query, Func<ProcessEvent, CancellationToken, Task> handler)
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    await foreach (var happened in manager.SubscribeAsync(query with { After = _after }, _end.Token))
                    {
                        await CallAsync(handler, happened);
                        _after = happened.Cursor.Length > 0 ? happened.Cursor : _after;
                    }

                    return;
                }
                catch (OperationCanceledException) when (_end.IsCancellationRequested)
                {
                    return;
                }
                catch (ProcessManagerException lost)
                {
                    _onError?.Invoke(lost);
                    await Task.Delay(Pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        private async Task CallAsync(Func<ProcessEvent, CancellationToken, Task> handler, ProcessEvent happened)
        {
            try
            {
                await handler(happened, _end.Token);
            }
            catch (Exception failure) when (!_end.IsCancellationRequested)
            {
                // The caller's own: it must not cost it the events that follow.
                _onError?.Invoke(failure);
            }
        }
    }
}
