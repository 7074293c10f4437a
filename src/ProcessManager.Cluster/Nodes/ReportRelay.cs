using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

/// <summary>
/// Brings what the supervisor tells to the processes, wherever their grains are: for each in order, for different ones at the same time, each repeated until it is
/// journaled. A database that is away loses nothing.
/// </summary>
/// <param name="onUnwanted">Told of a report whose process says that it isn't this node's.</param>
internal sealed partial class ReportRelay(NodeSurroundings around, Action<ProcessId, RelayedReport> onUnwanted) : IAsyncDisposable
{
    private const int AtOnce = 64;

    /// <summary>In a storm one line says enough.</summary>
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ProcessId, ReportLine> _lines = new();
    private readonly SemaphoreSlim _calls = new(AtOnce);
    private readonly CancellationTokenSource _end = new();
    private readonly ILogger _logger = around.Loggers.CreateLogger<ReportRelay>();
    private long _loggedAt = around.Clock.GetTimestamp() - (long)(LogEvery.TotalSeconds * around.Clock.TimestampFrequency);

    /// <summary>How many processes haven't taken all they are to be told.</summary>
    public int Waiting => _lines.Count;

    /// <summary>Never blocks; for any thread.</summary>
    public void Post(ProcessId id, RelayedReport report)
    {
        while (!_end.IsCancellationRequested)
        {
            var line = _lines.GetOrAdd(id, _ => new ReportLine());
            if (line.TryAdd(report, () => Begin(id, line)))
            {
                return;
            }

            _lines.TryRemove(KeyValuePair.Create(id, line));
        }
    }

    /// <summary>Completes when all that was posted before has been told.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        foreach (var line in _lines.Values)
        {
            await line.Work.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Drops what waits for a process that is to be forgotten; completes when what was under way has arrived.</summary>
    public Task DropAsync(ProcessId id)
    {
        if (!_lines.TryGetValue(id, out var line))
        {
            return Task.CompletedTask;
        }

        line.Drop();
        return line.Work;
    }

    /// <summary>Tells nothing any more. What stands is told again by whoever has the machine next.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_lines.Values.Select(line => line.Work));
    }

    private Task Begin(ProcessId id, ReportLine line)
    {
        // Whatever call this report came of has nothing to do with the one that carries it.
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Task.Run(() => WorkAsync(id, line));
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => WorkAsync(id, line));
        }
    }

    private async Task WorkAsync(ProcessId id, ReportLine line)
    {
        try
        {
            do
            {
                await TellAsync(id, line);
            }
            while (line.Next());
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The node lets go.
        }

        _lines.TryRemove(KeyValuePair.Create(id, line));
    }

    private async Task TellAsync(ProcessId id, ReportLine line)
    {
        var report = line.First;
        var pauses = Pauses.UpToSeconds;
        while (!line.Dropped)
        {
            await _calls.WaitAsync(_end.Token);
            try
            {
                if (!await TryTellAsync(id, report) && !line.Dropped)
                {
                    onUnwanted(id, report);
                }

                return;
            }
            catch (Exception failure) when (!_end.IsCancellationRequested)
            {
                Note(id, failure);
            }
            finally
            {
                _calls.Release();
            }

            await Task.Delay(pauses.Next(), around.Clock, _end.Token);
        }
    }

    private async Task<bool> TryTellAsync(ProcessId id, RelayedReport report)
    {
        if (report.Report is { } told)
        {
            return await around.Process(id).ReportAsync(around.Name, report.Epoch, told).WaitAsync(_end.Token);
        }

        await around.Process(id).GrantAsync(report.Epoch).WaitAsync(_end.Token);
        return true;
    }

    private void Note(ProcessId id, Exception failure)
    {
        var last = Volatile.Read(ref _loggedAt);
        var now = around.Clock.GetTimestamp();
        if (around.Clock.GetElapsedTime(last, now) >= LogEvery && Interlocked.CompareExchange(ref _loggedAt, now, last) == last)
        {
            LogRepeated(_logger, id, Waiting, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} couldn't be told what became of it, and is told again ({Waiting} wait): {Why}")]
    private static partial void LogRepeated(ILogger logger, ProcessId id, int waiting, string why);
}
