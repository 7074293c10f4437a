namespace ProcessManager;

/// <summary>
/// Makes whole lines of the chunks of one stream. A last line without its end waits for the rest, but not past <see cref="Longest"/>.
/// </summary>
internal sealed class OutputLines
{
    public const int Longest = 1 << 20;

    private readonly List<byte> _open = [];
    private long _openAt;

    /// <summary>The lines that <paramref name="chunk"/> completes, without their ends, and the offset of each.</summary>
    public IEnumerable<OutputLine> Add(LogChunk chunk)
    {
        var rest = chunk.Bytes;
        var offset = chunk.Offset;
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (_open.Count == 0)
            {
                _openAt = offset;
            }

            if (end < 0)
            {
                _open.AddRange(rest.Span);
                if (_open.Count > Longest)
                {
                    yield return Take(chunk);
                }

                yield break;
            }

            _open.AddRange(rest.Span[..end]);
            yield return Take(chunk);
            offset += end + 1;
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>What is left at the end of the stream; null: nothing.</summary>
    public OutputLine? Rest(LogChunk last) => _open.Count == 0 ? null : Take(last);

    private OutputLine Take(LogChunk from)
    {
        var line = new OutputLine(from.Stream, _openAt, from.Time, _open.ToArray());
        _open.Clear();
        return line;
    }
}
