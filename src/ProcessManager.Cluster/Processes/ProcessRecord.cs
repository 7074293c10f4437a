using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>The rows of one process. The process' own row is the commit: what is in others before it is written does no harm.</summary>
internal sealed class ProcessRecord(IGrainStorage storage, GrainId grain)
{
    private readonly GrainState<ProcessRow> _row = new(new ProcessRow());
    private GrainState<AttemptHistory>? _history;

    public ProcessRow Row => _row.State!;

    public async Task ReadAsync()
    {
        await storage.ReadStateAsync("process", grain, _row);
        _row.State ??= new ProcessRow();
    }

    /// <summary>Writes a turn. Attempts that the row has no room for go to the history first.</summary>
    public async Task WriteAsync(ProcessRow row)
    {
        if (row.Attempts.Count > AttemptHistory.InRow)
        {
            var (older, recent) = (row.Attempts.SkipLast(AttemptHistory.InRow / 2), row.Attempts.TakeLast(AttemptHistory.InRow / 2));
            await AddToHistoryAsync([.. older]);
            row = row with { Attempts = [.. recent] };
        }

        await WriteRowAsync(row);
    }

    /// <summary>All attempts that are kept, newest first.</summary>
    public async Task<ValueList<AttemptResult>> AttemptsAsync()
    {
        var older = (await HistoryAsync()).State!.Attempts;

        // The history can have one that the row has too: it was written, and the turn that it was written for wasn't.
        return [.. Row.Attempts.Reverse().Concat(older.Reverse()).DistinctBy(attempt => (attempt.Run, attempt.Attempt)).Take(AttemptHistory.Kept)];
    }

    /// <summary>Attempts that ended before a time go; those of the row go with the row's next writing.</summary>
    public async Task PurgeHistoryAsync(DateTimeOffset before)
    {
        var history = await HistoryAsync();
        if (history.State!.Attempts.Any(attempt => attempt.EndedAt < before))
        {
            await WriteHistoryAsync(history.State.Attempts.Where(attempt => attempt.EndedAt >= before));
        }
    }

    public async Task ClearAsync()
    {
        var history = await HistoryAsync();
        if (history.RecordExists)
        {
            await storage.ClearStateAsync("attempts", grain, history);
        }

        await storage.ClearStateAsync("process", grain, _row);
        _row.State = new ProcessRow();
    }

    private async Task AddToHistoryAsync(ValueList<AttemptResult> older)
    {
        var known = (await HistoryAsync()).State!.Attempts;
        await WriteHistoryAsync(known.Concat(older).DistinctBy(attempt => (attempt.Run, attempt.Attempt)).TakeLast(AttemptHistory.Kept));
    }

    private async Task WriteHistoryAsync(IEnumerable<AttemptResult> attempts)
    {
        var history = _history!;
        var before = history.State;
        history.State = new AttemptHistory { Attempts = [.. attempts] };
        try
        {
            await storage.WriteStateAsync("attempts", grain, history);
        }
        catch
        {
            history.State = before;
            throw;
        }
    }

    private async Task WriteRowAsync(ProcessRow row)
    {
        var before = _row.State;
        _row.State = row;
        try
        {
            await storage.WriteStateAsync("process", grain, _row);
        }
        catch
        {
            _row.State = before;
            throw;
        }
    }

    private async Task<GrainState<AttemptHistory>> HistoryAsync()
    {
        if (_history is null)
        {
            var history = new GrainState<AttemptHistory>(new AttemptHistory());
            await storage.ReadStateAsync("attempts", grain, history);
            history.State ??= new AttemptHistory();
            _history = history;
        }

        return _history;
    }
}
