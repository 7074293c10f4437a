namespace ProcessManager.Os;

/// <summary>Reads the text of files of /proc.</summary>
internal static class ProcText
{
    /// <summary>The number after spaces at <paramref name="position"/>, which moves past it. 0 where there is none.</summary>
    internal static long Number(ReadOnlySpan<byte> text, ref int position)
    {
        while (position < text.Length && text[position] is (byte)' ' or (byte)'\t')
        {
            position++;
        }

        var negative = position < text.Length && text[position] == (byte)'-';
        position += negative ? 1 : 0;
        var number = 0L;
        for (; position < text.Length && text[position] is >= (byte)'0' and <= (byte)'9'; position++)
        {
            number = (number * 10) + text[position] - '0';
        }

        return negative ? -number : number;
    }

    /// <summary>The text after <c>name:</c> at a line's start; empty when there is no such line.</summary>
    internal static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            if (line.Length > name.Length && line[name.Length] == (byte)':' && line.StartsWith(name))
            {
                return line[(name.Length + 1)..].TrimStart(" \t"u8);
            }

            text = end < 0 ? default : text[(end + 1)..];
        }

        return default;
    }
}
