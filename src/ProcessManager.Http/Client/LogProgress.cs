namespace ProcessManager.Http;

/// <summary>How far a log has been read, so that reading can go on over another connection: no line lost, none twice.</summary>
internal sealed class LogProgress(LogQuery query)
{
    private readonly Dictionary<LogStream, LogChunk> _last = [];
    private DateTimeOffset? _opened;

    /// <param name="time">The server's clock.</param>
    public void Opened(DateTimeOffset time) => _opened ??= time;

    /// <summary>What is new of a chunk; null for one that was read before.</summary>
    public LogChunk? New(LogChunk chunk)
    {
        var next = _last.TryGetValue(chunk.Stream, out var last) ? last.Offset + last.Bytes.Length : 0;
        var known = (int)Math.Clamp(next - chunk.Offset, 0, chunk.Bytes.Length);
        if (known == chunk.Bytes.Length)
        {
            return null;
        }

        var rest = known == 0 ? chunk : chunk with { Offset = next, Bytes = chunk.Bytes[known..] };
        _last[chunk.Stream] = rest;
        return rest;
    }

    /// <summary>What is still to be asked for.</summary>
    public LogQuery Rest()
    {
        if (_last.Count == 0)
        {
            return query;
        }

        if (query.Stream is { } stream)
        {
            return query with { Tail = null, Since = null, Offset = _last[stream].Offset + _last[stream].Bytes.Length };
        }

        // A time serves for both streams; what comes again by it is known by its offset. A stream that has said nothing is asked from where it was asked
        // first; of its last lines there were none then, so anything it has now is newer.
        var silent = _last.Count < 2;
        var since = silent && query.Tail is null ? query.Since : _last.Values.Select(chunk => chunk.Time).Concat(silent && _opened is { } opened ? [opened] : []).Min();
        return query with { Tail = null, Since = since };
    }
}
