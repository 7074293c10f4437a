using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>Reads the small files of <c>/proc/pid</c> into a buffer that is used again and again: no handle, string or array for each.</summary>
internal sealed partial class ProcReader
{
    private const int Interrupted = 4;

    private readonly byte[] _path = new byte[64];
    private readonly byte[] _bytes = new byte[8 << 10];

    /// <summary>The content, until the next call; empty when there is no such process or the file can't be read, see <see cref="Errno"/>.</summary>
    internal ReadOnlySpan<byte> Read(int osPid, string name)
    {
        Errno = 0;
        _ = Utf8.TryWrite(_path, CultureInfo.InvariantCulture, $"/proc/{osPid}/{name}\0", out _);
        var descriptor = FileCalls.Open(_path, FileCalls.CloseOnExec, 0);
        if (descriptor < 0)
        {
            Errno = Marshal.GetLastPInvokeError();
            return default;
        }

        nint read;
        do
        {
            read = ReadInto(descriptor, _bytes, _bytes.Length);
        }
        while (read < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        Errno = read < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = FileCalls.Close(descriptor);
        return _bytes.AsSpan(0, (int)Math.Max(read, 0));
    }

    /// <summary>Why the last read gave nothing; 0 when it did.</summary>
    internal int Errno { get; private set; }

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

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadInto(int descriptor, Span<byte> buffer, nint count);
}
