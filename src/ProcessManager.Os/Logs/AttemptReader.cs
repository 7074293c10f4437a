using System.Text;

namespace ProcessManager.Os;

/// <summary>Reads what one attempt wrote, all at once.</summary>
internal static class AttemptReader
{
    internal static AttemptOutput Read(ProcessLog log, Epoch epoch, LogStream stream, int maxBytes)
    {
        // What is freed while it is read is read again from where the log begins then.
        while (true)
        {
            var view = log.View(stream);
            if (log.Range(epoch, stream) is not { } range || range.End <= range.Start)
            {
                return AttemptOutput.Empty;
            }

            var from = Math.Max(Math.Max(range.Start, view.FirstKept), range.End - maxBytes);
            var bytes = ReadBytes(log.PathOf(stream), from - view.Base, Math.Max(0, range.End - from));
            if (log.View(stream) is var after && (after.Base != view.Base || after.FirstKept > from))
            {
                continue;
            }

            var skip = from > range.Start ? BrokenCharacter(bytes) : 0;
            return new AttemptOutput(from + skip, bytes.AsMemory(skip), from > range.Start);
        }
    }

    /// <summary>The last whole lines that fit into <paramref name="maxBytes"/> of UTF-8; the end of a line that is longer.</summary>
    internal static string? LastLines(ProcessLog log, Epoch epoch, int maxBytes)
    {
        var output = Read(log, epoch, log.ErrorStream(epoch), maxBytes);
        if (output.Bytes.IsEmpty)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(WithoutCutLine(output.Bytes.Span, output.Truncated));
        while (Encoding.UTF8.GetByteCount(text) > maxBytes)
        {
            // A byte that isn't UTF-8 became a replacement character of three.
            text = text[Math.Max(1, text.IndexOf('\n') is var newline && newline >= 0 && newline < text.Length - 1 ? newline + 1 : text.Length / 2)..];
        }

        return text;
    }

    private static ReadOnlySpan<byte> WithoutCutLine(ReadOnlySpan<byte> bytes, bool cut)
    {
        var newline = cut ? bytes.IndexOf((byte)'\n') : -1;
        return newline >= 0 && newline < bytes.Length - 1 ? bytes[(newline + 1)..] : bytes;
    }

    private static byte[] ReadBytes(string path, long position, long count)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[count];
            var read = RandomAccess.Read(file, bytes, position);
            return read == count ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleted meanwhile, or not ours to read: there is nothing to be had.
            return [];
        }
    }

    private static int BrokenCharacter(ReadOnlySpan<byte> bytes)
    {
        var skip = 0;
        while (skip < Math.Min(3, bytes.Length) && (bytes[skip] & 0xC0) == 0x80)
        {
            skip++;
        }

        return skip;
    }
}
