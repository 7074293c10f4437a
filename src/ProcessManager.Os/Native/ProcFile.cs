using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>Reads files of /proc whole, with no allocation: a pass reads thousands of them.</summary>
internal static unsafe class ProcFile
{
    /// <param name="pid">Whose.</param>
    /// <param name="leaf">With its slash: <c>/stat</c>.</param>
    /// <param name="into">Filled from its start with as much as fits.</param>
    /// <returns>The bytes read; 0 when it is gone, not ours to read or empty. Then errno says why (0: empty).</returns>
    public static int Read(int pid, ReadOnlySpan<byte> leaf, Span<byte> into)
    {
        Span<byte> path = stackalloc byte[64];
        Libc.WriteProcPath(path, pid, leaf);
        return Read(path, into);
    }

    /// <inheritdoc cref="Read(int, ReadOnlySpan{byte}, Span{byte})"/>
    /// <param name="path">Ends in a zero byte.</param>
    /// <param name="into">Filled from its start with as much as fits.</param>
    public static int Read(ReadOnlySpan<byte> path, Span<byte> into)
    {
        int file;
        fixed (byte* p = path)
        {
            file = Libc.Open(p, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        }

        if (file < 0)
        {
            return 0;
        }

        var total = 0;
        var errno = 0;
        fixed (byte* p = into)
        {
            nint count;
            while (total < into.Length && (count = Libc.Read(file, p + total, (nuint)(into.Length - total))) != 0)
            {
                errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno is not (0 or Errno.EINTR))
                {
                    break;
                }

                total += (int)Math.Max(count, 0);
            }
        }

        _ = Libc.Close(file);
        Marshal.SetLastPInvokeError(errno);
        return total;
    }
}
