using System.Runtime.CompilerServices;

namespace ProcessManager.Os;

/// <summary>
/// Reads the streams of a log in the order in which their output was seen; each stream's own order is always kept. A look sees both streams, so
/// what is seen later can't belong before what was sent.
/// </summary>
internal static class LogReader
{
    /// <exception cref="ProcessManagerException">InvalidSpec, with all that is wrong.</exception>
    internal static LineFilter? Check(LogQuery query)
    {
        var faults = new List<Fault>();
        if (query.Tail < 0)
        {
            faults.Add(new Fault("tail", $"{query.Tail} is negative; leave it out for all lines"));
        }

        if (query.Offset < 0)
        {
            faults.Add(new Fault("since", $"{query.Offset} is negative"));
        }

        if (query is { Offset: > 0, Stream: null })
        {
            faults.Add(new Fault("stream", "an offset is of one stream: name stdout or stderr"));
        }

        return faults.Count > 0 ? throw ProcessManagerException.Invalid(faults) : query.Grep is { } grep ? new LineFilter(grep) : null;
    }

    internal static async IAsyncEnumerable<LogChunk> ReadAsync(
        ProcessLog log, LogQuery query, LineFilter? filter, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        log.Look();
        LogStream[] streams = query.Stream is { } one ? [one] : [LogStream.Stdout, LogStream.Stderr];
        var cursors = Array.ConvertAll(streams, stream => new LogCursor(log, stream, LogStart.Of(log, stream, query, filter)));
        try
        {
            for (var last = false; !last;)
            {
                // Asked in this order, nothing that is written before the end is missed: the last look comes after it.
                var change = log.NextChange();
                last = !query.Follow || ended.IsCompleted || log.Deleted;
                if (last)
                {
                    log.Look();
                }

                var asItIs = last || (log.IsTyped && filter is null);
                var ends = Array.ConvertAll(streams, stream => asItIs ? log.View(stream).End : (long?)null);
                while (Next(cursors, ends) is { } cursor)
                {
                    var chunk = cursor.Peek(ends[Array.IndexOf(cursors, cursor)])!;
                    cursor.Take();
                    foreach (var part in filter?.Apply(chunk) ?? [chunk])
                    {
                        yield return part;
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (!last)
                {
                    await Task.WhenAny(change, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Array.ForEach(cursors, cursor => cursor.Dispose());
        }
    }

    private static LogCursor? Next(LogCursor[] cursors, long?[] ends)
    {
        LogCursor? first = null;
        LogChunk? earliest = null;
        for (var i = 0; i < cursors.Length; i++)
        {
            if (cursors[i].Peek(ends[i]) is { } chunk && (earliest is null || chunk.Time < earliest.Time))
            {
                (first, earliest) = (cursors[i], chunk);
            }
        }

        return first;
    }
}
