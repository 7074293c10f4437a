using System.Runtime.CompilerServices;

namespace ProcessManager.Cli;

/// <summary>Output read line by line, each stream's lines whole.</summary>
internal static class LineReading
{
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
