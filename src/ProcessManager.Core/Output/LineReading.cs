using System.Runtime.CompilerServices;

namespace ProcessManager;

/// <summary>Output read line by line.</summary>
public static class LineReading
{
    /// <summary>As <see cref="IProcessManager.ReadLogsAsync"/>, each stream's lines whole; a last line without its end comes with the end.</summary>
    public static async IAsyncEnumerable<OutputLine> ReadLinesAsync(
        this IProcessManager manager, ProcessId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var streams = new Dictionary<LogStream, (OutputLines Lines, LogChunk Last)>();
        await foreach (var chunk in manager.ReadLogsAsync(id, query, cancellationToken))
        {
            var lines = streams.TryGetValue(chunk.Stream, out var known) ? known.Lines : new OutputLines();
            streams[chunk.Stream] = (lines, chunk);
            foreach (var line in lines.Add(chunk))
            {
                yield return line;
            }
        }

        foreach (var (lines, last) in streams.Values)
        {
            if (lines.Rest(last) is { } line)
            {
                yield return line;
            }
        }
    }
}
