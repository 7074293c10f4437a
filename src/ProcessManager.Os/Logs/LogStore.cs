#pragma warning disable CA1822
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>
/// The output of all processes: one folder each, one append-only file per stream that goes on over attempts and runs, so that offsets rise
/// for as long as the process is known. Children write to the files themselves; the store frees what is older than the budget, knows
/// when it saw what, and reads.
/// </summary>
/// <param name="folder">Made (0700) when it isn't there.</param>
public sealed class LogStore(string folder, TimeProvider clock, ILogger<LogStore> logger) : IDisposable
{
    /// <summary>Told when a child truncated its own log, on the thread that noticed: do no work in it.</summary>
    public Action<LogTruncation>? OnTruncated { get; set; }

    /// <summary>Whether the file system can free the head of a file (else old output is cut at an attempt's start only).</summary>
    public bool HolesSupported => throw new UnreachableException();

    /// <summary>What is wrong with the logs, for the manager's health. Empty: nothing.</summary>
    public IReadOnlyList<string> Problems => throw new UnreachableException();

    /// <summary>
    /// Opens the files of a child about to be spawned, notes where its output starts and watches them until <see cref="Ended"/>.
    /// Opening again for the same epoch changes nothing but gives new descriptors.
    /// </summary>
    /// <exception cref="ProcessManagerException">
    /// StorageFull, or StartFailed; the inner <see cref="System.ComponentModel.Win32Exception"/> has the errno.
    /// </exception>
    public LogFiles Open(ProcessId id, Epoch epoch, OutputSpec output) => throw new UnreachableException($"{id}{epoch}{output}{folder}{clock}{logger}");

    /// <summary>Watches the files of a child that an earlier manager started.</summary>
    public void Adopt(ProcessId id, Epoch epoch, OutputSpec output) => throw new UnreachableException();

    /// <summary>Its tree is empty (or it never came to be): stop watching. Harmless when it isn't watched or a later epoch is.</summary>
    public void Ended(ProcessId id, Epoch epoch) => throw new UnreachableException();

    /// <summary>
    /// Reads output (see <see cref="IProcessManager.ReadLogsAsync"/>). A process without logs has none: nothing is thrown.
    /// </summary>
    /// <param name="ended">Completes when the process has ended; a follow then sends what is left and ends.</param>
    /// <exception cref="ProcessManagerException">InvalidSpec: the expression isn't one, a negative tail, an offset without a stream.</exception>
    public async IAsyncEnumerable<LogChunk> ReadAsync(
        ProcessId id, LogQuery query, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        OnTruncated?.Invoke(new LogTruncation(id, LogStream.Stdout, 0));
        yield break;
    }

    /// <summary>What an attempt wrote to a stream; the last <paramref name="maxBytes"/> of it when there is more.</summary>
    public AttemptOutput ReadAttempt(ProcessId id, Epoch epoch, LogStream stream, int maxBytes) => throw new UnreachableException();

    /// <summary>The end of an attempt's error output (merged: of its output), whole lines, at most 8 KiB; null when it wrote none.</summary>
    public string? LastErrorLines(ProcessId id, Epoch epoch) => throw new UnreachableException();

    /// <summary>When the process last wrote, from the files' times; null without files. It can be older than the present attempt.</summary>
    public DateTimeOffset? LastWrite(ProcessId id) => throw new UnreachableException();

    /// <summary>Frees the output of the attempts before an epoch; all of it when none as late was ever opened.</summary>
    public void DropBefore(ProcessId id, Epoch keep) => throw new UnreachableException();

    /// <summary>Deletes all output of a process. Followers end.</summary>
    public void Delete(ProcessId id) => throw new UnreachableException();

    /// <summary>Ends the watcher's thread, then writes down what it saw.</summary>
    public void Dispose()
    {
    }
}
