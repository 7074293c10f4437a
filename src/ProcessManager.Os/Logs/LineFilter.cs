using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Os;

/// <summary>Lets through the lines that match. Neighbours stay together in a chunk; a piece of an overlong line counts as a line.</summary>
internal sealed class LineFilter
{
    private readonly Regex _expression;

    /// <exception cref="ProcessManagerException">InvalidSpec: not an expression, or not one that can be matched without backtracking.</exception>
    internal LineFilter(string expression)
    {
        try
        {
            _expression = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw ProcessManagerException.Invalid([new Fault("grep", e.Message)]);
        }
    }

    internal IEnumerable<LogChunk> Apply(LogChunk chunk)
    {
        var from = -1;
        for (var start = 0; start < chunk.Bytes.Length;)
        {
            var next = LineEnd(chunk.Bytes.Span, start);
            var matches = Matches(chunk.Bytes.Span[start..next]);
            if (matches && from < 0)
            {
                from = start;
            }
            else if (!matches && from >= 0)
            {
                yield return Part(chunk, from, start);
                from = -1;
            }

            start = next;
        }

        if (from >= 0)
        {
            yield return Part(chunk, from, chunk.Bytes.Length);
        }
    }

    /// <summary>Where the matching lines of a chunk begin.</summary>
    internal IEnumerable<long> Starts(LogChunk chunk)
    {
        for (var start = 0; start < chunk.Bytes.Length;)
        {
            var next = LineEnd(chunk.Bytes.Span, start);
            if (Matches(chunk.Bytes.Span[start..next]))
            {
                yield return chunk.Offset + start;
            }

            start = next;
        }
    }

    private static int LineEnd(ReadOnlySpan<byte> bytes, int start) =>
        bytes[start..].IndexOf((byte)'\n') is var length && length >= 0 ? start + length + 1 : bytes.Length;

    private static LogChunk Part(LogChunk chunk, int from, int to) =>
        chunk with { Offset = chunk.Offset + from, Bytes = chunk.Bytes[from..to] };

    private bool Matches(ReadOnlySpan<byte> line)
    {
        var text = ArrayPool<char>.Shared.Rent(line.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(line, text);
            return _expression.IsMatch(text.AsSpan(0, length).TrimEnd("\r\n"));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
