using System.Globalization;
using System.Text;

namespace ProcessManager.Os;

/// <summary>
/// Sees to it that children with <see cref="Lifetime.WithManager"/> end when the manager does, however it does: one tiny process apart from it, started
/// when the first of them is, reads a pipe that ends with the manager. If it dies itself, another one is started and told all again.
/// </summary>
/// <param name="start">Starts <see cref="GuardScript"/> on the pipe it is given; what it answers completes when that process ends.</param>
internal sealed class Guard(Func<GuardPipe, Task<GuardProcess>> start, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>One that died younger than this isn't replaced at once: it would again.</summary>
    private static readonly TimeSpan Infancy = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the guard ever takes for what is left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Stack<int> _free = [];
    private GuardPipe? _pipe;
    private GuardProcess? _process;
    private Task _watch = Task.CompletedTask;

    /// <summary>
    /// Makes the guard know the mark of a child that is about to be spawned: from now on it can't outlive the manager.
    /// </summary>
    /// <returns>The slot to name it by.</returns>
    /// <exception cref="ProcessManagerException">No guard can be started.</exception>
    public async Task<int> AddAsync(ProcessId id, Epoch epoch)
    {
        await _turn.WaitAsync();
        try
        {
            if (_stop.IsCancellationRequested)
            {
                throw new ProcessManagerException(ErrorCode.Unavailable, "The manager is shutting down.");
            }

            var slot = _free.Count > 0 ? _free.Pop() : _entries.Count + 1;
            _entries[slot] = new Entry(id, epoch, null);
            try
            {
                await TellAsync(slot);
            }
            catch
            {
                _entries.Remove(slot);
                _free.Push(slot);
                throw;
            }

            return slot;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Tells which process it became, so that it is found without its mark too.</summary>
    public async Task IdentifyAsync(int slot, ChildIdentity child)
    {
        await _turn.WaitAsync();
        try
        {
            _entries[slot] = _entries[slot] with { Child = child };
            _ = _pipe?.TryWrite(ChildLine(slot, child));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Its tree is empty: whoever has its number from now on isn't touched.</summary>
    public async Task RemoveAsync(int slot)
    {
        await _turn.WaitAsync();
        try
        {
            if (_entries.Remove(slot))
            {
                _ = _pipe?.TryWrite(string.Create(CultureInfo.InvariantCulture, $"gone {slot}\n"));
                _free.Push(slot);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The end of the manager's pipe: the guard ends what it still knows of, then itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await _stop.CancelAsync();
        _pipe?.Dispose();
        _pipe = null;
        _turn.Release();
        if (_process is { } process)
        {
            // A guard that was stopped from outside never ends by itself.
            await Task.WhenAny(process.Ended, Task.Delay(Patience, clock));
            process.End();
        }

        await _watch;
    }

    private async Task TellAsync(int slot)
    {
        if (_pipe is null || !_pipe.TryWrite(LinesOf(slot)))
        {
            await ReplaceAsync();
        }
    }

    private async Task ReplaceAsync()
    {
        // Killed first: one that is only slow would take the end of its pipe for the manager's.
        _process?.End();
        _process = null;
        _pipe?.Dispose();
        var pipe = _pipe = new GuardPipe(new ChildPipe());
        try
        {
            _process = await start(pipe);
            pipe.ReadEnd.Dispose();
            if (!pipe.TryWrite(string.Concat(_entries.Keys.Select(LinesOf))))
            {
                throw new ProcessManagerException(ErrorCode.StartFailed, "The guard of children that end with the manager ended at once.");
            }
        }
        catch
        {
            _pipe = null;
            pipe.Dispose();
            throw;
        }

        _watch = WatchAsync(_process, pipe);
    }

    private async Task WatchAsync(GuardProcess process, GuardPipe pipe)
    {
        var since = clock.GetTimestamp();
        await process.Ended;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (clock.GetElapsedTime(since) < Infancy)
                {
                    await Task.Delay(Infancy, clock, _stop.Token);
                }

                await _turn.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return; // The manager goes, and takes its pipe along.
            }

            try
            {
                if (_pipe != pipe)
                {
                    return; // Replaced by who wanted to tell it something.
                }

                if (_entries.Count == 0)
                {
                    _pipe = null;
                    pipe.Dispose();
                    return; // The next one to be added starts another.
                }

                await ReplaceAsync();
                return;
            }
            catch (ProcessManagerException)
            {
                since = clock.GetTimestamp(); // Again in a while: there are children that rely on it.
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    private string LinesOf(int slot)
    {
        var entry = _entries[slot];
        var lines = new StringBuilder().Append(CultureInfo.InvariantCulture, $"mark {slot} {entry.Id}/{entry.Epoch}\n");
        return (entry.Child is { } child ? lines.Append(ChildLine(slot, child)) : lines).ToString();
    }

    private static string ChildLine(int slot, ChildIdentity child) =>
        string.Create(CultureInfo.InvariantCulture, $"child {slot} {child.OsPid} {child.StartTicks}\n");

    private sealed record Entry(ProcessId Id, Epoch Epoch, ChildIdentity? Child);
}
