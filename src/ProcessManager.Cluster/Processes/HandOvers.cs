using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

/// <summary>
/// What a process has handed over to supervisors and hasn't arrived yet: one after another, each until it arrives or its node is known to be away (then the process is told, and
/// asks anew when the node is back). A turn never waits for it.
/// </summary>
internal sealed partial class HandOvers(ProcessId id, TimeProvider clock, Action<string> onAway, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>What a silo knows of nodes is up to some beats old: a node that is back may still be away to it.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);

    private readonly Queue<HandOver> _line = new();
    private readonly CancellationTokenSource _end = new();
    private Task _work = Task.CompletedTask;

    public void Post(HandOver handOver)
    {
        _line.Enqueue(handOver);
        if (_work.IsCompleted)
        {
            _work = WorkAsync();
        }
    }

    /// <summary>Completes when all has arrived, or can't.</summary>
    public Task Settled => _work;

    /// <summary>No more tries: whoever holds the process next asks what is true.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_end.IsCancellationRequested && _line.TryDequeue(out var next))
        {
            await ArriveAsync(next);
        }
    }

    private async Task ArriveAsync(HandOver next)
    {
        var began = clock.GetTimestamp();
        var pauses = new Pauses(FirstPause, LongestPause);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await next.Call();
                return;
            }
            catch (ProcessManagerException away) when (away.Code == ErrorCode.NodeUnavailable)
            {
                if (clock.GetElapsedTime(began) >= Doubt)
                {
                    onAway(next.Node);
                    return;
                }
            }
            catch (Exception failure)
            {
                LogRepeated(logger, id, next.What, next.Node, failure.Message);
                if (next.Once)
                {
                    return;
                }
            }

            await Task.Delay(pauses.Next(), clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: {What} couldn't be handed over to node {Node}: {Why}")]
    private static partial void LogRepeated(ILogger logger, ProcessId id, string what, string node, string why);
}

/// <summary>Something for the machine of a node.</summary>
/// <param name="Once">Not to be repeated when it isn't known whether it arrived: a signal twice is another thing than once.</param>
internal sealed record HandOver(string Node, string What, Func<Task> Call, bool Once = false);
