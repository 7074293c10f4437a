using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>Looks now and then at what the logs of all processes take on disk together, and frees what may go when it is too much.</summary>
/// <param name="holdings">See <see cref="MachineCalls.Holdings"/>.</param>
internal sealed partial class LogQuota(
    LogStore logs,
    Func<CancellationToken, Task<IReadOnlyList<LogHolding>>> holdings,
    MachineOptions options,
    TimeProvider clock,
    ILogger<LogQuota> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>For the manager's health: the logs take too much and nothing may go, or they can't be looked at. Null: all is well.</summary>
    public string? Problem { get; private set; }

    public void Start() => _looking = Task.Run(LookOnAsync);

    /// <summary>A look that is under way is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task LookOnAsync()
    {
        while (true)
        {
            // Waits anew each time: on a slow disk a look never meets the next one.
            await Task.Delay(options.LogQuotaEvery, clock, _end.Token);
            await LookAsync();
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var used = logs.DiskUse().Sum(use => use.Bytes);
            var left = used > options.LogQuota ? Free(used, await holdings(_end.Token)) : used;
            Problem = left <= options.LogQuota
                ? null
                : $"The logs take {left} bytes of the {Sizes.Format(options.LogQuota)} that they may; what is left is of present attempts, whose own budgets bound it.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"What the logs take can't be seen: {e.Message}";
        }
        catch (ProcessManagerException e)
        {
            Problem = $"The logs take too much, and what may go can't be seen: {e.Message}";
        }
    }

    private long Free(long used, IReadOnlyList<LogHolding> present)
    {
        var left = used;
        foreach (var (id, keep) in LogSacrifices.InOrder(present))
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

    [LoggerMessage(Level = LogLevel.Information, Message = "The logs took {Used} of {Quota} bytes; freed {Freed}")]
    private static partial void LogFreed(ILogger logger, long used, long quota, long freed);
}
