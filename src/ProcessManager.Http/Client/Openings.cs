using System.Collections.Concurrent;

namespace ProcessManager.Http;

/// <summary>
/// Subscriptions whose server hasn't said yet that they are in force. Other calls wait for them: who subscribes "from now" and then starts a process,
/// on the same manager, sees it start, as it would in process.
/// </summary>
internal sealed class Openings
{
    private readonly ConcurrentDictionary<TaskCompletionSource, byte> _open = new();

    public TaskCompletionSource Begin()
    {
        var opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[opening] = 0;
        return opening;
    }

    /// <summary>It is in force, or never will be.</summary>
    public void End(TaskCompletionSource opening)
    {
        _open.TryRemove(opening, out _);
        opening.TrySetResult();
    }

    public Task DoneAsync(CancellationToken cancellationToken) =>
        _open.IsEmpty ? Task.CompletedTask : Task.WhenAll(_open.Keys.Select(opening => opening.Task)).WaitAsync(cancellationToken);
}
