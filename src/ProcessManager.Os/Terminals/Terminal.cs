using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// A pseudoterminal: the child has its far end as input, output and controlling terminal, the manager the near one. The far end is held here too, so that
/// the near one doesn't report a hang-up while the child has it closed. When the manager goes, the kernel hangs the terminal up: SIGHUP to its session.
/// </summary>
internal sealed unsafe partial class Terminal : IDisposable
{
    private const int NonBlocking = 0x800;
    private const nuint SetWindowSize = 0x5414;

    private readonly SafeFileHandle _far;

    /// <exception cref="ProcessManagerException">StartFailed: there is none left, or /dev/pts isn't mounted.</exception>
    public Terminal(TerminalSize size)
    {
        Near = new SafeFileHandle(OpenNear(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC | NonBlocking), ownsHandle: true);
        var name = stackalloc byte[64];
        if (Near.IsInvalid || Grant(Number) != 0 || Unlock(Number) != 0 || Name(Number, name, 64) != 0)
        {
            throw Failed();
        }

        FarPath = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        _far = new SafeFileHandle(Libc.Open(FarPath, Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0), ownsHandle: true);
        if (_far.IsInvalid)
        {
            throw Failed();
        }

        Resize(size);
    }

    /// <summary>What is written to it the child reads; what the child writes is read from it. Never blocks.</summary>
    public SafeFileHandle Near { get; }

    /// <summary>For the child to open, as the leader of its session: then it is its controlling terminal.</summary>
    public string FarPath { get; }

    private int Number => (int)Near.DangerousGetHandle();

    /// <summary>The far end, for who has another controlling terminal, or none.</summary>
    public SafeFileHandle DuplicateFar() => new(Libc.Fcntl((int)_far.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, 3), ownsHandle: true);

    /// <summary>Who runs in it may open it, as after a login.</summary>
    public void GiveTo(uint uid) => _ = ChangeOwner((int)_far.DangerousGetHandle(), uid, uint.MaxValue);

    /// <summary>The kernel tells who is in its foreground: SIGWINCH.</summary>
    public void Resize(TerminalSize size)
    {
        var window = stackalloc ushort[] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        var held = false;
        try
        {
            Near.DangerousAddRef(ref held);
            _ = Control(Number, SetWindowSize, window);
        }
        catch (ObjectDisposedException)
        {
            // It ended meanwhile.
        }
        finally
        {
            if (held)
            {
                Near.DangerousRelease();
            }
        }
    }

    public void Dispose()
    {
        _far.Dispose();
        Near.Dispose();
    }

    private ProcessManagerException Failed()
    {
        var errno = Marshal.GetLastPInvokeError();
        Near.Dispose();
        _far?.Dispose();
        return new ProcessManagerException(ErrorCode.StartFailed, $"No terminal can be had ({Errno.Describe(errno)}).");
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenNear(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int near);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int near);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int Name(int near, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(int file, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, void* argument);
}
