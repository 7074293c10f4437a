using System.Runtime.InteropServices;

namespace ProcessManager.Os.Native;

/// <summary>The calls on files that .NET has no form of, for 64-bit Linux (off_t is a long). Paths are UTF-8 and end in a zero byte.</summary>
internal static partial class FileCalls
{
    internal const int WriteOnly = 1;
    internal const int Create = 0x40;
    internal const int Append = 0x400;
    internal const int CloseOnExec = 0x80000;

    internal const int NoEntry = 2;
    internal const int IoError = 5;
    internal const int Exists = 17;
    internal const int NoSpace = 28;
    internal const int OverQuota = 122;

    private const int SeekEnd = 2;
    private const int SeekData = 3;
    private const int KeepSize = 1;
    private const int PunchHole = 2;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    internal static partial int Open(ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    internal static partial int MakeDirectory(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int SetLength(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    /// <summary>Adds bytes to a file, making it (0600) if need be: all of them or, with the errno as answer, none. One writer at a time.</summary>
    internal static int AppendTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> bytes)
    {
        var descriptor = Open(path, WriteOnly | Append | Create | CloseOnExec, 0b110_000_000);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        var written = Write(descriptor, bytes, bytes.Length);
        var errno = written < 0 ? Marshal.GetLastPInvokeError() : written < bytes.Length ? NoSpace : 0;
        if (written > 0 && errno != 0)
        {
            _ = SetLength(descriptor, Seek(descriptor, 0, SeekEnd) - written);
        }

        _ = Close(descriptor);
        return errno;
    }

    /// <summary>Frees the disk space of a file's first bytes; they read as zeros then and the size stays. 0 or the errno.</summary>
    internal static int PunchHead(ReadOnlySpan<byte> path, long from, long to) =>
        OnFile(path, descriptor => Allocate(descriptor, PunchHole | KeepSize, from, to - from));

    /// <summary>Empties a file. 0 or the errno.</summary>
    internal static int Empty(ReadOnlySpan<byte> path) => OnFile(path, descriptor => SetLength(descriptor, 0));

    /// <summary>Where the first byte stands that isn't in a hole; 0 when that can't be told.</summary>
    internal static long FirstData(ReadOnlySpan<byte> path)
    {
        var descriptor = Open(path, CloseOnExec, 0);
        if (descriptor < 0)
        {
            return 0;
        }

        var offset = Seek(descriptor, 0, SeekData);
        _ = Close(descriptor);
        return Math.Max(offset, 0);
    }

    private static int OnFile(ReadOnlySpan<byte> path, Func<int, int> call)
    {
        var descriptor = Open(path, WriteOnly | CloseOnExec, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        var errno = call(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        return errno;
    }
}
