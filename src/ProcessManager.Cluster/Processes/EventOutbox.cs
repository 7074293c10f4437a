using Microsoft.Extensions.Logging;
using Orleans;

namespace ProcessManager.Cluster;

/// <summary>Events of one process that are written with it and that the event log hasn't taken yet: told in order, again and again until they are taken.</summary>
internal sealed partial class EventOutbox(ProcessId id, IGrainFactory grains, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private ValueList<ProcessEvent> _untold = [];
    private ValueMap<string> _labels = [];
    private Guid _life;
    private long _last;
    private bool _repeated;
    private Task _work = Task.CompletedTask;

    public ValueList<ProcessEvent> Untold => _untold;

    /// <summary>Completes when all is told.</summary>
    public Task Settled => _work;

    /// <summary>Begins with what an earlier activation wrote, and may have told.</summary>
    public void Resume(ProcessRow row)
    {
        _repeated = true;
        Add(row.Untold, row);
    }

    /// <summary>Adds what has just been written with a row.</summary>
    public void Add(IReadOnlyCollection<ProcessEvent> events, ProcessRow row)
    {
        (_untold, _last, _labels, _life) = ([.. _untold, .. events], row.LastEvent, row.Labels, row.Life);
        if (_work.IsCompleted && _untold.Count > 0)
        {
            _work = TellAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task TellAsync()
    {
        var pauses = Pauses.UpToSeconds;
        while (_untold.Count > 0 && !_end.IsCancellationRequested)
        {
            var telling = _untold;
            try
            {
                var batch = new EventBatch(_life, _labels, _last - telling.Count + 1, telling, _repeated);
                (await grains.GetGrain<IEventLogGrain>(0).AppendAsync(batch)).Unwrap();
                _untold = [.. _untold.Skip(telling.Count)];
                (_repeated, pauses) = (false, Pauses.UpToSeconds);
            }
            catch (Exception failure)
            {
                // Its silo is gone, or its storage is away: they are in our row, and numbered.
                _repeated = true;
                LogRepeated(logger, id, telling.Count, failure.Message);
                await Task.Delay(pauses.Next(), clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: {Count} events couldn't be told and are told again: {Why}")]
    private static partial void LogRepeated(ILogger logger, ProcessId id, int count, string why);
}
