using System.Buffers;

namespace ProcessManager.Os;

/// <summary>Where a query begins in a stream: the latest of what its parts say.</summary>
internal static class LogStart
{
    private const int Block = 64 << 10;

    internal static long Of(ProcessLog log, LogStream stream, LogQuery query, LineFilter? filter)
    {
        var view = log.View(stream);
        var start = Math.Max(view.FirstKept, query.Offset ?? 0);
        if (query.Run is { } run)
        {
            start = Math.Max(start, log.StartOf(run, stream));
        }

        if (query.Since is { } since)
        {
            var seenBefore = Math.Min(log.OffsetAt(stream, since), view.End);
            start = Math.Max(start, seenBefore <= start ? start : LinesBack(log, stream, view, start, seenBefore, 1, afterNewline: true));
        }

        return (query.Tail, filter) switch
        {
            (null, _) => start,
            (0, _) => view.End,
            ({ } lines, null) => Math.Max(start, LinesBack(log, stream, view, start, view.End, lines, afterNewline: false)),
            ({ } lines, _) => LastMatches(log, stream, start, view.End, lines, filter),
        };
    }

    /// <summary>
    /// The start of the n-th last line before <paramref name="end"/>, read backwards in blocks. <paramref name="afterNewline"/>: when a line ends right there
    /// it isn't counted, so that the answer is the end itself.
    /// </summary>
    private static long LinesBack(ProcessLog log, LogStream stream, LogView view, long first, long end, int lines, bool afterNewline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            using var file = File.OpenHandle(log.PathOf(stream), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var wanted = afterNewline ? lines : lines + 1;
            for (var (at, newest) = (end, true); at > first; newest = false)
            {
                var count = (int)Math.Min(Block, at - first);
                at -= count;
                var bytes = buffer.AsSpan(0, RandomAccess.Read(file, buffer.AsSpan(0, count), at - view.Base));
                if (newest && !afterNewline && bytes.Length > 0 && bytes[^1] != (byte)'\n')
                {
                    // The last line has no end yet, and counts all the same.
                    wanted--;
                }

                for (var newline = bytes.LastIndexOf((byte)'\n'); newline >= 0; newline = bytes[..newline].LastIndexOf((byte)'\n'))
                {
                    if (--wanted == 0)
                    {
                        return at + newline + 1;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted meanwhile, or not ours to read: the cursor will find nothing either.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return first;
    }

    private static long LastMatches(ProcessLog log, LogStream stream, long start, long end, int lines, LineFilter filter)
    {
        var last = new Queue<long>();
        using var cursor = new LogCursor(log, stream, start);
        while (cursor.Peek(end) is { } chunk)
        {
            foreach (var match in filter.Starts(chunk))
            {
                if (last.Count == lines)
                {
                    last.Dequeue();
                }

                last.Enqueue(match);
            }

            cursor.Take();
        }

        return last.Count > 0 ? last.Peek() : end;
    }
}
