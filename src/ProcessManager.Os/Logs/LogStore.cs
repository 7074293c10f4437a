using System.ComponentModel;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// The output of all processes: one folder each, one append-only file per stream that goes on over attempts and runs, so that offsets rise
/// for as long as the process is known. Children write to the files themselves; the store frees what is older than the budget, knows
/// when it saw what, and reads. Of a process without a child and without a reader nothing is held in memory.
/// </summary>
public sealed partial class LogStore : IDisposable
{
    private const int LastLinesBytes = 8 << 10;

    private static readonly Task Never = Task.Delay(Timeout.Infinite);

    private readonly string _folder;
    private readonly ILogger<LogStore> _logger;
    private readonly LogProblems _problems = new();
    private readonly LogSurroundings _around;
    private readonly LogWatch _watch;
    private readonly LogTable _logs;
    private readonly Lock _gate = new();
    private readonly Dictionary<ProcessId, LiveLog> _live = [];
    private readonly OutputPump _pump = new();

    /// <param name="folder">Made (0700) when it isn't there.</param>
    public LogStore(string folder, TimeProvider clock, ILogger<LogStore> logger)
    {
        _folder = folder;
        _logger = logger;
        _around = new LogSurroundings(clock, _problems, new Lazy<bool>(() => HoleProbe.Supported(folder)), OnCut);
        _logs = new LogTable(folder, _around);
        _watch = new LogWatch(_around, OnFailedLook);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        _ = LogOpening.Folder(folder);
    }

    /// <summary>Told when a child truncated its own log, on the thread that noticed: do no work in it.</summary>
    public Action<LogTruncation>? OnTruncated { get; set; }

    /// <summary>Whether the file system can free the head of a file (else old output is cut at an attempt's start only).</summary>
    public bool HolesSupported => _around.HolesSupported.Value;

    /// <summary>What is wrong with the logs, for the manager's health. Empty: nothing.</summary>
    public IReadOnlyList<string> Problems => _problems.All;

    /// <summary>
    /// Opens the files of a child about to be spawned, notes where its output starts and watches them until <see cref="Ended"/>.
    /// Opening again for the same epoch changes nothing but gives new descriptors.
    /// </summary>
    /// <exception cref="ProcessManagerException">
    /// StorageFull, or StartFailed; the inner <see cref="Win32Exception"/> has the errno.
    /// </exception>
    public LogFiles Open(ProcessId id, Epoch epoch, OutputSpec output)
    {
        if (output.Mode == OutputMode.Discard)
        {
            var nothing = LogOpening.Nothing();
            return new LogFiles(nothing, nothing);
        }

        var fresh = LogOpening.Folder(_logs.FolderOf(id));
        var log = Watch(id, epoch, fresh);
        try
        {
            if (output.Mode is OutputMode.Pipe or OutputMode.Terminal)
            {
                log.Begin(epoch, output, fresh);
                return ConduitOf(id, epoch, log, output).Open();
            }

            var stdout = Open(log, LogStream.Stdout);
            try
            {
                var stderr = output.Mode == OutputMode.Merged ? stdout : Open(log, LogStream.Stderr);
                log.Begin(epoch, output, fresh);
                return new LogFiles(stdout, stderr);
            }
            catch
            {
                stdout.Dispose();
                throw;
            }
        }
        catch
        {
            Ended(id, epoch);
            throw;
        }
    }

    /// <summary>Watches the files of a child that an earlier manager started.</summary>
    public void Adopt(ProcessId id, Epoch epoch, OutputSpec output)
    {
        if (output.Mode != OutputMode.Discard)
        {
            var log = Watch(id, epoch, fresh: false);
            log.Continue(epoch, output);
            Join(id, Conduit.Find(log, output, _pump));
        }
    }

    /// <summary>Brings what a child has written by now into its log, where it doesn't write to that itself.</summary>
    internal void Drain(ProcessId id) => Live(id)?.Conduit?.Drain();

    /// <summary>The terminal of an attempt; null: it has none, or is over.</summary>
    internal Terminal? TerminalOf(ProcessId id, Epoch epoch) => Live(id) is { } live && live.Epoch == epoch ? live.Conduit?.Terminal : null;

    /// <summary>Its tree is empty (or it never came to be): stop watching. Harmless when it isn't watched or a later epoch is.</summary>
    public void Ended(ProcessId id, Epoch epoch)
    {
        LiveLog? live;
        lock (_gate)
        {
            if (!_live.TryGetValue(id, out live) || live.Epoch > epoch)
            {
                return;
            }

            _live.Remove(id);
        }

        live.Conduit?.Drain();
        live.Conduit?.Dispose();
        _watch.Remove(live.Watched);

        // What was written since the last look is over the budget too, and nobody looks any more.
        _ = live.Watched.Log.Look();
        live.Watched.Log.Flush();
        _logs.Release(live.Watched.Log);
    }

    /// <summary>
    /// Reads output (see <see cref="IProcessManager.ReadLogsAsync"/>). A process without logs has none: nothing is thrown.
    /// A tail with a grep is the last lines that match.
    /// </summary>
    /// <param name="ended">Completes when the process has ended; a follow then sends what is left and ends.</param>
    /// <exception cref="ProcessManagerException">InvalidSpec: the expression isn't one, a negative tail, an offset without a stream.</exception>
    public IAsyncEnumerable<LogChunk> ReadAsync(ProcessId id, LogQuery query, Task ended, CancellationToken cancellationToken = default) =>
        ReadAsync(id, query, LogReader.Check(query), ended, cancellationToken);

    /// <summary>What an attempt writes to a stream, from its start on, a chunk of whole lines at a time, until it is cancelled.</summary>
    internal IAsyncEnumerable<LogChunk> FollowAttemptAsync(ProcessId id, Epoch epoch, LogStream stream, CancellationToken cancellationToken)
    {
        var start = With(id, log => log.Range(epoch, stream)?.Start ?? 0);
        return ReadAsync(id, new LogQuery { Stream = stream, Offset = start, Follow = true }, null, Never, cancellationToken);
    }

    /// <summary>What an attempt wrote to a stream; the last <paramref name="maxBytes"/> of it when there is more.</summary>
    public AttemptOutput ReadAttempt(ProcessId id, Epoch epoch, LogStream stream, int maxBytes) =>
        With(id, log => AttemptReader.Read(log, epoch, stream, maxBytes));

    /// <summary>Where an attempt's output to a stream begins.</summary>
    internal long StartOf(ProcessId id, Epoch epoch, LogStream stream) => With(id, log => log.Range(epoch, stream)?.Start ?? log.View(stream).End);

    /// <summary>The end of an attempt's error output (merged: of its output), whole lines, at most 8 KiB; null when it wrote none.</summary>
    public string? LastErrorLines(ProcessId id, Epoch epoch) => With(id, log => AttemptReader.LastLines(log, epoch, LastLinesBytes));

    /// <summary>Frees the output of the attempts before an epoch; all of it when none as late was ever opened.</summary>
    public void DropBefore(ProcessId id, Epoch keep)
    {
        if (Directory.Exists(_logs.FolderOf(id)))
        {
            _ = With(id, log =>
            {
                log.DropBefore(keep, () => IsLive(id));
                return true;
            });
        }
    }

    /// <summary>Deletes all output of a process. Followers end.</summary>
    public void Delete(ProcessId id)
    {
        Drop(id);
        try
        {
            Directory.Delete(_logs.FolderOf(id), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It never wrote anything, or it was deleted before.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"delete {id}", $"the logs of {id} can't be deleted: {e.Message}");
        }
    }

    /// <summary>Gives up the output of a process that goes on writing: its files move, and nobody trims them any more. Followers end.</summary>
    /// <returns>Where they are; null when there are none.</returns>
    internal string? LetGo(ProcessId id, string folder)
    {
        Drop(id);
        try
        {
            Directory.Move(_logs.FolderOf(id), folder);
            return folder;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"detach {id}", $"the logs of {id} can't be moved: {e.Message}");
            return null;
        }
    }

    private void Drop(ProcessId id)
    {
        ProcessLog? log;
        lock (_gate)
        {
            log = _logs.Remove(id);
            if (_live.Remove(id, out var live))
            {
                live.Conduit?.Dispose();
                _watch.Remove(live.Watched);
            }
        }

        log?.MarkDeleted();
    }

    /// <summary>Ends the watcher's thread, then writes down what it saw.</summary>
    public void Dispose()
    {
        EndWatch();
        LiveLog[] live;
        lock (_gate)
        {
            live = [.. _live.Values];
        }

        foreach (var one in live)
        {
            one.Conduit?.Leave();
            one.Watched.Log.Flush();
        }

        _pump.Dispose();
    }

    /// <summary>All that is left of a store whose manager was killed: nothing is written down any more.</summary>
    internal void EndWatch() => _watch.Dispose();

    private async IAsyncEnumerable<LogChunk> ReadAsync(
        ProcessId id, LogQuery query, LineFilter? filter, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var log = _logs.Acquire(id);
        var watched = query.Follow ? _watch.Add(log, followed: true) : null;
        try
        {
            await foreach (var chunk in LogReader.ReadAsync(log, query, filter, ended, cancellationToken).ConfigureAwait(false))
            {
                yield return chunk;
            }
        }
        finally
        {
            if (watched is not null)
            {
                _watch.Remove(watched);
            }

            _logs.Release(log);
        }
    }

    private ProcessLog Watch(ProcessId id, Epoch epoch, bool fresh)
    {
        lock (_gate)
        {
            if (_live.TryGetValue(id, out var live))
            {
                if (live.Epoch < epoch)
                {
                    // Of an attempt whose end isn't let go of yet: the next one gets its own.
                    live.Conduit?.Drain();
                    live.Conduit?.Dispose();
                    live = live with { Conduit = null };
                }

                _live[id] = live with { Epoch = epoch };
                return live.Watched.Log;
            }
        }

        var log = _logs.Acquire(id, fresh);
        var watched = _watch.Add(log, followed: false);
        lock (_gate)
        {
            _live[id] = new LiveLog(epoch, watched);
        }

        return log;
    }

    private LiveLog? Live(ProcessId id)
    {
        lock (_gate)
        {
            return _live.GetValueOrDefault(id);
        }
    }

    private Conduit ConduitOf(ProcessId id, Epoch epoch, ProcessLog log, OutputSpec output)
    {
        if (Live(id) is { Conduit: { } conduit } live && live.Epoch == epoch)
        {
            return conduit;
        }

        var made = Conduit.Make(log, output, _pump);
        Join(id, made);
        return made;
    }

    private void Join(ProcessId id, Conduit? conduit)
    {
        lock (_gate)
        {
            if (conduit is not null && _live.TryGetValue(id, out var live))
            {
                _live[id] = live with { Conduit = conduit };
            }
        }
    }

    private T With<T>(ProcessId id, Func<ProcessLog, T> read)
    {
        var log = _logs.Acquire(id);
        try
        {
            log.Look();
            return read(log);
        }
        finally
        {
            _logs.Release(log);
        }
    }

    private bool IsLive(ProcessId id)
    {
        lock (_gate)
        {
            return _live.ContainsKey(id);
        }
    }

    private static SafeFileHandle Open(ProcessLog log, LogStream stream) => LogOpening.File(log.PathOf(stream), log.NativePathOf(stream));

    private void OnCut(LogTruncation truncation)
    {
        LogTruncated(truncation.Id, truncation.Stream, truncation.Offset);
        OnTruncated?.Invoke(truncation);
    }

    private void OnFailedLook(ProcessLog log, Exception exception)
    {
        if (_problems.Add($"look {log.Id}", $"the logs of {log.Id} can't be watched: {exception.Message}"))
        {
            LookFailed(log.Id, exception);
        }
    }

    /// <param name="Watched">The interest of the process' children in its log.</param>
    /// <param name="Conduit">What they write through; null: they write to the files.</param>
    private sealed record LiveLog(Epoch Epoch, Watched Watched, Conduit? Conduit = null);
}
