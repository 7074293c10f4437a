using Microsoft.Extensions.Logging;
using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// Keeps the index partition of one process right. What is told after a turn waits for the partition so that a list is as new as any answer, but not for long: a partition
/// that is on its way to another silo is told later.
/// </summary>
internal sealed partial class IndexFeed(ProcessId id, IGrainFactory grains, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private IndexEntry? _untold;
    private Task _later = Task.CompletedTask;
    private bool _quiet = true;

    private IIndexGrain Partition => grains.GetGrain<IIndexGrain>(IndexPartitions.Of(id));

    /// <exception cref="ProcessManagerException">LimitExceeded; StorageUnavailable, Unavailable: it can't be written.</exception>
    public async Task AddAsync(ProcessInfo info)
    {
        (await Repeating.UntilAsync(() => Partition.AddAsync(info), LongPatience, clock, _end.Token)).Unwrap();
        _quiet = false;
    }

    /// <summary>Before a process that was quiet does something.</summary>
    public async Task BusyAsync()
    {
        if (_quiet)
        {
            (await Repeating.UntilAsync(() => Partition.BusyAsync(id), LongPatience, clock, _end.Token)).Unwrap();
            _quiet = false;
        }
    }

    public async Task UpdateAsync(IndexEntry entry)
    {
        _quiet = entry.Quiet;
        _untold = entry;
        if (_later.IsCompleted)
        {
            _later = TellAsync();
        }

        await Task.WhenAny(_later, Task.Delay(Patience, clock, _end.Token));
    }

    public async Task RemoveAsync(DateTimeOffset createdAt) =>
        (await Repeating.UntilAsync(() => Partition.RemoveAsync(id, createdAt), LongPatience, clock, _end.Token)).Unwrap();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _later;
        _end.Dispose();
    }

    private async Task TellAsync()
    {
        while (_untold is { } entry && !_end.IsCancellationRequested)
        {
            try
            {
                (await Partition.UpdateAsync(entry)).Unwrap();
                if (ReferenceEquals(_untold, entry))
                {
                    _untold = null;
                }
            }
            catch (Exception failure)
            {
                LogRepeated(logger, id, failure.Message);
                await Task.Delay(Pause, clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: the index couldn't be told and is told again: {Why}")]
    private static partial void LogRepeated(ILogger logger, ProcessId id, string why);
}
