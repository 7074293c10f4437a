using Microsoft.Extensions.Logging;
using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// Tells the pool of one job how that stands, again and again until it is heard. A turn waits for it so that a pool is as new as any answer, but not for long: a pool that is on its way to
/// another silo is told later.
/// </summary>
internal sealed partial class PoolFeed(ProcessId id, IGrainFactory grains, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _end = new();
    private SlotNews? _untold;
    private SlotNews? _told;
    private Task _telling = Task.CompletedTask;

    /// <summary>Completes when all is told.</summary>
    public Task Settled => _telling;

    /// <param name="news">Null: the process isn't a job.</param>
    public async Task TellAsync(SlotNews? news)
    {
        // What is the same to the pool needn't be told.
        if (news is null || (_told is { } told && (told.Use, told.Epoch, told.CreatedAt) == (news.Use, news.Epoch, news.CreatedAt)))
        {
            return;
        }

        (_untold, _told) = (news, news);
        if (_telling.IsCompleted)
        {
            _telling = TellAllAsync();
        }

        await Task.WhenAny(_telling, Task.Delay(Patience, clock, _end.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _telling;
        _end.Dispose();
    }

    private async Task TellAllAsync()
    {
        while (_untold is { } news && !_end.IsCancellationRequested)
        {
            try
            {
                await grains.Pool(news.Job.Pool).SeeAsync(news);
                if (ReferenceEquals(_untold, news))
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: its pool couldn't be told and is told again: {Why}")]
    private static partial void LogRepeated(ILogger logger, ProcessId id, string why);
}
