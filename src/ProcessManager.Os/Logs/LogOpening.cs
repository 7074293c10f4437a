using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>Makes the folders and files that children write to, for their owner alone.</summary>
internal static class LogOpening
{
    /// <summary>What a child writes to whose output nobody wants.</summary>
    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    internal static SafeFileHandle Nothing() => File("/dev/null", "/dev/null\0"u8);

    /// <exception cref="ProcessManagerException">
    /// StorageFull, or StartFailed; the inner <see cref="Win32Exception"/> has the errno.
    /// </exception>
    internal static SafeFileHandle File(string path, ReadOnlySpan<byte> nativePath)
    {
        var flags = FileCalls.WriteOnly | FileCalls.Append | FileCalls.Create | FileCalls.CloseOnExec;
        var descriptor = FileCalls.Open(nativePath, flags, 0b110_000_000);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed(path, Marshal.GetLastPInvokeError());
    }

    /// <returns>Whether it wasn't there.</returns>
    /// <inheritdoc cref="File"/>
    internal static bool Folder(string path)
    {
        if (FileCalls.MakeDirectory(Encoding.UTF8.GetBytes(path + '\0'), 0b111_000_000) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == FileCalls.Exists ? false : throw Failed(path, errno);
    }

    private static ProcessManagerException Failed(string path, int errno)
    {
        var inner = new Win32Exception(errno);
        var code = errno is FileCalls.NoSpace or FileCalls.OverQuota ? ErrorCode.StorageFull : ErrorCode.StartFailed;
        return new ProcessManagerException(code, $"The log {path} can't be opened: {inner.Message}.", inner);
    }
}
