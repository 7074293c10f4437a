using Orleans;

namespace ProcessManager.Cluster;

/// <summary>What callers want of the machine that a process is on.</summary>
internal interface IMachineDoor
{
    /// <summary>A process there that could be attached.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<AttachTarget>> TargetAsync(int osPid);

    Task<Answer<bool>> WriteStdinAsync(ProcessId id, Epoch epoch, byte[] data, bool close);

    [ResponseTimeout("00:00:05")]
    Task<Answer<bool>> ResizeTerminalAsync(ProcessId id, Epoch epoch, TerminalSize size);

    [ResponseTimeout("00:00:05")]
    Task<Answer<OsStatus>> StatusAsync(ChildIdentity child);

    /// <summary>Of those of <paramref name="ids"/> that have a living tree here.</summary>
    [ResponseTimeout("00:00:05")]
    Task<Answer<ValueMap<TreeMetrics>>> MeasureAsync(ValueList<ProcessId> ids, bool withDescriptors);

    /// <summary>Keeps input for a command; answers the path to give as its standard input.</summary>
    Task<Answer<string>> PutInputAsync(byte[] data);

    Task<Answer<bool>> DropInputAsync(string path);

    /// <summary>Makes the machine know a pipe, whose stages are about to be started there; or lets go of what is left of it.</summary>
    [ResponseTimeout("00:00:05")]
    Task<Answer<bool>> HoldPipeAsync(Guid pipe, bool open);

    Task<Answer<RunOutput>> ReadOutputAsync(ProcessId id, Epoch epoch);

    /// <summary>Begins to read output; what is read is fetched with <see cref="NextLogsAsync"/>. Not fetched from for a minute, it is closed.</summary>
    Task<Answer<Guid>> OpenLogsAsync(ProcessId id, LogQuery query);

    /// <summary>
    /// What there is, 256 KiB or so at most; it waits up to 5 s for something. Unavailable: the session was closed, or its silo is another one now.
    /// </summary>
    /// <param name="page">From 0, one more each time. Asked again for the same page it answers the same, so that a lost answer loses nothing.</param>
    [ResponseTimeout("00:00:10")]
    Task<Answer<LogPage>> NextLogsAsync(Guid session, long page);

    Task CloseLogsAsync(Guid session);
}

/// <param name="Chunks">In order.</param>
/// <param name="Ended">Nothing follows.</param>
internal sealed record LogPage(ValueList<LogChunk> Chunks, bool Ended);
