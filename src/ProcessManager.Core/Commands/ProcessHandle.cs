namespace ProcessManager;

/// <summary>One process of a manager, by its id: a member for each verb. It holds nothing but the two, so it is as good as any other of the same id, also when there is no such process.</summary>
public sealed class ProcessHandle(IProcessManager manager, ProcessId id)
{
    public ProcessId Id { get; } = id;

    public IProcessManager Manager { get; } = manager;

    public Task<ProcessInfo> GetAsync(CancellationToken cancellationToken = default) => Manager.GetAsync(Id, cancellationToken);

    public Task<ProcessSpec> GetSpecAsync(CancellationToken cancellationToken = default) => Manager.GetSpecAsync(Id, cancellationToken);

    public Task<ProcessInfo> StartAsync(CancellationToken cancellationToken = default) => Manager.StartAsync(Id, cancellationToken);

    /// <summary>Down the stop ladder; answers when it is terminated.</summary>
    /// <param name="grace">Until SIGKILL; the spec's when absent.</param>
    public Task<ProcessInfo> StopAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default) =>
        Manager.StopAsync(Id, new StopOptions { Grace = grace, Wait = true }, cancellationToken);

    /// <summary>SIGKILL to its tree; answers when it is terminated.</summary>
    public Task<ProcessInfo> KillAsync(CancellationToken cancellationToken = default) => Manager.KillAsync(Id, wait: true, cancellationToken);

    /// <inheritdoc cref="StopAsync"/>
    public Task<ProcessInfo> RestartAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default) =>
        Manager.RestartAsync(Id, new StopOptions { Grace = grace, Wait = true }, cancellationToken);

    public Task<ProcessInfo> SignalAsync(Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        Manager.SignalAsync(Id, signal, tree, cancellationToken);

    public Task<ProcessInfo> SuspendAsync(CancellationToken cancellationToken = default) => Manager.SuspendAsync(Id, cancellationToken);

    public Task<ProcessInfo> ResumeAsync(CancellationToken cancellationToken = default) => Manager.ResumeAsync(Id, cancellationToken);

    /// <summary>Its update under this id, whatever the spec says of one.</summary>
    public Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        Manager.UpdateAsync(spec with { Id = Id }, ifVersion, cancellationToken);

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default) =>
        Manager.PlanAsync(spec with { Id = Id }, cancellationToken);

    public Task RemoveAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default) =>
        Manager.RemoveAsync(Id, new StopOptions { Grace = grace }, cancellationToken);

    public Task<ProcessInfo> WaitAsync(WaitFor what = WaitFor.Terminated, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Manager.WaitAsync(Id, new WaitOptions { For = what, Timeout = timeout }, cancellationToken);

    /// <summary>The result of its present or last run, once that is over.</summary>
    public Task<ProcessResult> ResultAsync(CancellationToken cancellationToken = default) => Manager.GetResultAsync(Id, wait: true, cancellationToken);

    public Task WriteAsync(ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default) =>
        Manager.WriteStdinAsync(Id, data, close, cancellationToken);

    public IAsyncEnumerable<LogChunk> LogsAsync(LogQuery? query = null, CancellationToken cancellationToken = default) =>
        Manager.ReadLogsAsync(Id, query ?? new LogQuery(), cancellationToken);

    public IAsyncEnumerable<OutputLine> LinesAsync(LogQuery? query = null, CancellationToken cancellationToken = default) =>
        Manager.ReadLinesAsync(Id, query ?? new LogQuery(), cancellationToken);

    public Task<IReadOnlyList<AttemptResult>> RunsAsync(CancellationToken cancellationToken = default) => Manager.GetRunsAsync(Id, cancellationToken);

    public Task<OsStatus> StatusAsync(CancellationToken cancellationToken = default) => Manager.GetStatusAsync(Id, cancellationToken);

    public Task<TreeMetrics> MetricsAsync(CancellationToken cancellationToken = default) => Manager.GetMetricsAsync(Id, cancellationToken);

    public IAsyncEnumerable<ProcessEvent> EventsAsync(EventQuery? query = null, CancellationToken cancellationToken = default) =>
        Manager.SubscribeAsync((query ?? new EventQuery()) with { Ids = [Id] }, cancellationToken);

    /// <summary>What it has written to a stream since an offset.</summary>
    /// <param name="offset">0 for all; then <see cref="OutputPart.Next"/> of the part before.</param>
    public async Task<OutputPart> OutputSinceAsync(long offset, LogStream stream = LogStream.Stdout, CancellationToken cancellationToken = default)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        var (first, next) = (offset, offset);
        await foreach (var chunk in Manager.ReadLogsAsync(Id, new LogQuery { Stream = stream, Offset = offset }, cancellationToken))
        {
            if (bytes.WrittenCount > 0 && bytes.WrittenCount + chunk.Bytes.Length > RunOutput.Limit)
            {
                break;
            }

            first = bytes.WrittenCount == 0 ? chunk.Offset : first;
            next = chunk.Offset + chunk.Bytes.Length;
            System.Buffers.BuffersExtensions.Write(bytes, chunk.Bytes.Span);
        }

        return new OutputPart(first, next, bytes.WrittenMemory);
    }

    /// <summary>Waits until it has written a line that is meant, also one that it has written already.</summary>
    /// <returns>False: it ended, and none of its lines was.</returns>
    public async Task<bool> WaitForOutputAsync(Func<OutputLine, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var line in Manager.ReadLinesAsync(Id, new LogQuery { Follow = true }, cancellationToken))
        {
            if (predicate(line))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A part of one stream, at most 16 MiB.</summary>
/// <param name="Offset">Where it begins: later than asked for when what was there isn't kept any more.</param>
/// <param name="Next">Where the next part begins.</param>
public sealed record OutputPart(long Offset, long Next, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Read as UTF-8.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.Span);
}
