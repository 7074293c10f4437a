using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>A pipe into a child: the read end is for its standard input, writing never blocks. No other child gets either end.</summary>
internal sealed unsafe partial class ChildPipe : ChildInput
{
    private const int SetFlags = 4;
    private const int NonBlocking = 0x800;

    /// <param name="writerWaits">Its write end is for a child too, which waits while it is full.</param>
    public ChildPipe(bool writerWaits = false)
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, Libc.O_CLOEXEC) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw new ProcessManagerException(ErrorCode.StartFailed, $"No pipe can be made ({Errno.Describe(errno)}).");
        }

        ReadEnd = new SafeFileHandle(ends[0], ownsHandle: true);
        WriteEnd = new SafeFileHandle(ends[1], ownsHandle: true);
        if (!writerWaits)
        {
            _ = Libc.Fcntl(ends[1], SetFlags, NonBlocking);
        }
    }

    public SafeFileHandle ReadEnd { get; }

    public override SafeFileHandle WriteEnd { get; }

    public override void Close() => Dispose();

    public override void Dispose()
    {
        ReadEnd.Dispose();
        WriteEnd.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);
}
