using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// The numbers of the processes that there are, read straight from /proc's directory: in rising order, and from a number on without the thousands before.
/// </summary>
internal static unsafe partial class ProcListing
{
    /// <summary>The position of process n in the directory is n and this: fs/proc/base.c, TGID_OFFSET; whether it still is so is tried once.</summary>
    private const long FirstPosition = 258;

    /// <summary>Of a struct linux_dirent64: its length, and its name.</summary>
    private const int LengthAt = 16;
    private const int NameAt = 19;

    private static readonly bool Seeks = CanSeek();

    private static nint Getdents => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 217 : 61;

    /// <summary>Those in <paramref name="span"/>, or all.</summary>
    public static List<int> Read(PidSpan? span)
    {
        var pids = new List<int>();
        if (span is not { } part)
        {
            Read(0, int.MaxValue, pids);
        }
        else if (part.First <= part.Last)
        {
            Read(part.First, part.Last, pids);
        }
        else
        {
            Read(part.First, int.MaxValue, pids);
            Read(0, part.Last, pids);
        }

        return pids;
    }

    [SkipLocalsInit]
    private static void Read(int first, int last, List<int> into)
    {
        var directory = Libc.Open("/proc", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (directory < 0)
        {
            throw new IOException($"/proc can't be read ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
        }

        if (first > 0 && Seeks)
        {
            _ = lseek(directory, first + FirstPosition, 0);
        }

        const int Size = 32 << 10;
        var buffer = stackalloc byte[Size];
        var pid = 0;
        nint length;
        while (pid <= last && (length = Libc.Syscall(Getdents, directory, (nint)buffer, Size, 0)) > 0)
        {
            for (nint at = 0; at < length && pid <= last; at += *(ushort*)(buffer + at + LengthAt))
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + at + NameAt);
                if (Utf8Parser.TryParse(name, out pid, out var used) && used == name.Length && pid >= first && pid <= last)
                {
                    into.Add(pid);
                }
            }
        }

        _ = Libc.Close(directory);
    }

    private static bool CanSeek()
    {
        var directory = Libc.Open("/proc", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        var buffer = stackalloc byte[1024];
        _ = lseek(directory, Environment.ProcessId + FirstPosition, 0);
        var length = Libc.Syscall(Getdents, directory, (nint)buffer, 1024, 0);
        _ = Libc.Close(directory);
        return length > 0
            && Utf8Parser.TryParse(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + NameAt), out int pid, out _)
            && pid == Environment.ProcessId;
    }

    [LibraryImport("libc")]
    private static partial long lseek(int file, long offset, int whence);
}
