using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>Looks now and then at what the logs of all processes take on disk together, and frees what may go when it is too much.</summary>
internal sealed partial class LogQuota(LogStore logs, ProcessTable table, EmbeddedOptions options, TimeProvider clock, ILogger<LogQuota> logger) : IAsyncDisposable
{
    private ITimer? _timer;

    /// <summary>For the manager's health: the logs take too much and nothing may go, or they can't be looked at. Null: all is well.</summary>
    public string? Problem { get; private set; }

    public void Start()
    {
        _timer = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    /// <summary>A look that is under way is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_timer is { } timer)
        {
            await timer.DisposeAsync();
        }
    }

    private void Look()
    {
        try
        {
            var used = logs.DiskUse().Sum(use => use.Bytes);
            var left = used > options.LogQuota ? Free(used) : used;
            Problem = left <= options.LogQuota
                ? null
                : $"The logs take {left} bytes of the {Sizes.Format(options.LogQuota)} that they may; what is left is of present attempts, whose own budgets bound it.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"What the logs take can't be seen: {e.Message}";
        }
        finally
        {
            // Armed anew each time: on a slow disk a look never meets the next one.
            Arm();
        }
    }

    private void Arm() => _timer!.Change(options.LogQuotaEvery, Timeout.InfiniteTimeSpan);

    private long Free(long used)
    {
        var left = used;
        foreach (var (id, keep) in LogSacrifices.InOrder(table.After(null).ConvertAll(entity => Holding(entity.State))))
        {
            var before = logs.DiskUse(id);
            if (before == 0)
            {
                continue;
            }

            logs.DropBefore(id, keep);
            left -= before - logs.DiskUse(id);
            if (left <= options.LogQuota)
            {
                break;
            }
        }

        if (left < used)
        {
            LogFreed(logger, used, options.LogQuota, used - left);
        }

        return left;
    }

    private static LogHolding Holding(ProcessState state) => new(
        state.Id,
        state.Epoch,
        state.Phase == Phase.Finished ? state.Last?.EndedAt ?? state.CreatedAt : null,
        state.Child?.StartedAt ?? state.CreatedAt);

    [LoggerMessage(Level = LogLevel.Information, Message = "The logs took {Used} of {Quota} bytes; freed {Freed}")]
    private static partial void LogFreed(ILogger logger, long used, long quota, long freed);
}
