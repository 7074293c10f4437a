using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// A pipe with a name, between a child and its log. The child holds it for reading too: so it isn't ended by a SIGPIPE when the manager goes, but waits
/// once the pipe is full, and the next manager takes up where the last one left.
/// </summary>
internal sealed class Fifo
{
    private const int NonBlocking = 0x800;

    private readonly string _path;

    private Fifo(string path, SafeFileHandle readEnd) => (_path, ReadEnd) = (path, readEnd);

    public SafeFileHandle ReadEnd { get; }

    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    public static Fifo Make(string path)
    {
        _ = Libc.Unlink(path);
        return Libc.MkFifo(path, 0b110_000_000) == 0 ? Find(path)! : throw Failed(path);
    }

    /// <summary>One that an earlier manager made; null: it is gone.</summary>
    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    public static Fifo? Find(string path)
    {
        var end = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC | NonBlocking, 0);
        return end >= 0 ? new Fifo(path, new SafeFileHandle(end, ownsHandle: true))
            : Marshal.GetLastPInvokeError() == Errno.ENOENT ? null
            : throw Failed(path);
    }

    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    public SafeFileHandle OpenWriteEnd()
    {
        var end = Libc.Open(_path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        return end >= 0 ? new SafeFileHandle(end, ownsHandle: true) : throw Failed(_path);
    }

    /// <summary>Who still has it open keeps it, and nobody reads it any more.</summary>
    public void Remove() => _ = Libc.Unlink(_path);

    private static ProcessManagerException Failed(string path) =>
        new(ErrorCode.StartFailed, $"The pipe {path} can't be opened ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
}
