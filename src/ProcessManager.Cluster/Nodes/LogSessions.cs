using System.Collections.Concurrent;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>Those who read output of this machine from anywhere in the cluster.</summary>
internal sealed class LogSessions : IAsyncDisposable
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<Guid, LogSession> _sessions = new();
    private readonly NodeSurroundings _around;
    private readonly LogStore _logs;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _looking;

    public LogSessions(NodeSurroundings around, LogStore logs)
    {
        (_around, _logs) = (around, logs);
        _looking = LookAsync();
    }

    public int Open => _sessions.Count;

    /// <exception cref="ProcessManagerException">InvalidSpec: the query isn't one.</exception>
    public Guid Begin(ProcessId id, LogQuery query)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var ended = query.Follow ? TerminatedAsync(id, end.Token) : Task.CompletedTask;
        try
        {
            var chunks = _logs.ReadAsync(id, query, ended, end.Token).GetAsyncEnumerator(end.Token);
            var session = Guid.NewGuid();
            _sessions[session] = new LogSession(chunks, end, _around.Clock);
            return session;
        }
        catch
        {
            end.Cancel();
            end.Dispose();
            throw;
        }
    }

    /// <exception cref="ProcessManagerException">Unavailable: there is no such session.</exception>
    public async Task<LogPage> NextAsync(Guid session, long page)
    {
        try
        {
            return _sessions.TryGetValue(session, out var reader) ? await reader.NextAsync(page) : throw Closed();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            throw Closed();
        }
    }

    public async Task CloseAsync(Guid session)
    {
        if (_sessions.TryRemove(session, out var reader))
        {
            await reader.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking;
        await Task.WhenAll(_sessions.Keys.Select(CloseAsync));
    }

    private static ProcessManagerException Closed() =>
        new(ErrorCode.Unavailable, "The output isn't being read any more: nobody asked for more in a minute, or its node was started anew.");

    private async Task LookAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookEvery, _around.Clock, _end.Token);
                foreach (var (session, reader) in _sessions)
                {
                    if (reader.Idle > LongestIdle)
                    {
                        await CloseAsync(session);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node lets go.
        }
    }

    /// <summary>The run that is under way (or the last one) is over and nothing of it is left: nobody of it can write any more.</summary>
    private async Task TerminatedAsync(ProcessId id, CancellationToken cancellationToken)
    {
        var process = _around.Process(id);
        ProcessState? state = null;
        var pauses = Pauses.UpToSeconds;
        while (true)
        {
            try
            {
                state ??= (await process.LookAsync().WaitAsync(cancellationToken)).Unwrap().State;
                var terminated = new ProcessCondition.Terminated(state.Epoch.Run);
                if ((await process.UntilAsync(terminated, state.CreatedAt, Ask).WaitAsync(cancellationToken)).Unwrap() is not null)
                {
                    return;
                }
            }
            catch (ProcessManagerException gone) when (gone.Code == ErrorCode.NotFound)
            {
                return;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Its grain can't answer now; meanwhile what is written is read on.
                await Task.Delay(pauses.Next(), _around.Clock, cancellationToken);
            }
        }
    }
}
