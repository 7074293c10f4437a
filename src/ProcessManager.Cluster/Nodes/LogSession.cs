namespace ProcessManager.Cluster;

/// <summary>Somebody reads output, page by page.</summary>
internal sealed class LogSession(IAsyncEnumerator<LogChunk> chunks, CancellationTokenSource end, TimeProvider clock) : IAsyncDisposable
{
    private const int PageBytes = 256 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private Task<bool>? _next;
    private LogPage? _last;
    private long _page = -1;
    private long _usedAt = clock.GetTimestamp();

    /// <summary>Since somebody last asked; none while somebody waits.</summary>
    public TimeSpan Idle => _turn.CurrentCount == 0 ? TimeSpan.Zero : clock.GetElapsedTime(Volatile.Read(ref _usedAt));

    public async Task<LogPage> NextAsync(long page)
    {
        await _turn.WaitAsync(end.Token);
        try
        {
            if (page == _page)
            {
                return _last!;
            }

            if (page != _page + 1)
            {
                throw new ProcessManagerException(ErrorCode.Conflict, $"Page {page} of the output was asked for after page {_page}.");
            }

            _last = await ReadAsync();
            _page = page;
            return _last;
        }
        finally
        {
            Volatile.Write(ref _usedAt, clock.GetTimestamp());
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await _turn.WaitAsync(CancellationToken.None);
        await (_next ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await chunks.DisposeAsync();
        end.Dispose();
        _turn.Dispose();
    }

    private async Task<LogPage> ReadAsync()
    {
        List<LogChunk> read = [];
        for (var bytes = 0; bytes < PageBytes;)
        {
            _next ??= chunks.MoveNextAsync().AsTask();
            if (!await ComesAsync(_next, read.Count == 0))
            {
                return new LogPage([.. read], Ended: false);
            }

            if (!await _next)
            {
                return new LogPage([.. read], Ended: true);
            }

            _next = null;
            read.Add(chunks.Current);
            bytes += chunks.Current.Bytes.Length;
        }

        return new LogPage([.. read], Ended: false);
    }

    /// <summary>The first is waited for; the others are taken as they are there.</summary>
    private async Task<bool> ComesAsync(Task<bool> next, bool isFirst)
    {
        if (isFirst && !next.IsCompleted)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
            await Task.WhenAny(next, Task.Delay(Patience, clock, patience.Token));
            await patience.CancelAsync();
        }

        return next.IsCompleted;
    }
}
