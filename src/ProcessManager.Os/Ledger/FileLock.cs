using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>flock(2): it belongs to the open file, is shared by every copy of the descriptor, and goes with the last of them.</summary>
internal static partial class FileLock
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;

    public static SafeFileHandle Open(string path)
    {
        // Not by File.OpenHandle: the runtime takes an flock of its own on what it opens.
        var file = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, 0b110_000_000);
        return file < 0
            ? throw new IOException($"{path} ({Errno.Describe(Marshal.GetLastPInvokeError())})", Marshal.GetLastPInvokeError())
            : new SafeFileHandle(file, ownsHandle: true);
    }

    /// <returns>Whether it is ours now.</returns>
    public static bool TryTake(SafeFileHandle handle, TimeSpan patience)
    {
        var since = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        while (flock(handle, Exclusive | NonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is not (Errno.EAGAIN or Errno.EINTR))
            {
                throw new IOException($"it can't be locked: {Errno.Describe(error)}");
            }

            if (Stopwatch.GetElapsedTime(since) > patience)
            {
                return false;
            }

            pause.Wait(20);
        }

        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
