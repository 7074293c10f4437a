namespace ProcessManager;

/// <summary>How much of a command's output its callback was told; each byte once.</summary>
internal sealed class ToldOutput(OutputCallback? callback)
{
    private readonly Dictionary<LogStream, (OutputLines Lines, LogChunk? Last, long Next)> _streams = new()
    {
        [LogStream.Stdout] = (new OutputLines(), null, 0),
        [LogStream.Stderr] = (new OutputLines(), null, 0),
    };

    public void Add(LogChunk chunk)
    {
        var (lines, _, _) = _streams[chunk.Stream];
        _streams[chunk.Stream] = (lines, chunk, chunk.Offset + chunk.Bytes.Length);
        callback?.Chunk?.Invoke(chunk);
        if (callback?.Line is { } call)
        {
            foreach (var line in lines.Add(chunk))
            {
                call(line);
            }
        }
    }

    /// <summary>Tells what wasn't told yet of what was written up to now; a last line without its end too.</summary>
    public async Task RestAsync(IProcessManager manager, ProcessId id, CancellationToken cancellationToken)
    {
        foreach (var stream in _streams.Keys.ToList())
        {
            await foreach (var chunk in manager.ReadLogsAsync(id, new LogQuery { Stream = stream, Offset = _streams[stream].Next }, cancellationToken))
            {
                Add(chunk);
            }

            if (callback?.Line is { } call && _streams[stream] is { Last: { } last } told && told.Lines.Rest(last) is { } line)
            {
                call(line);
            }
        }
    }
}
