using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// Files of a few lines that survive a kill at any instant: a line counts once its end is there. Not synced: a power loss ends all children
/// anyway, and the boot id tells of it.
/// </summary>
internal static class SmallFile
{
    private const int O_APPEND = 0x400;

    /// <exception cref="IOException">Also when it exists. Its HResult is the errno.</exception>
    public static void Create(string path, string text) => Write(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, text);

    /// <exception cref="IOException">Also when it doesn't exist.</exception>
    public static void Append(string path, string text) => Write(path, Libc.O_WRONLY | O_APPEND, text);

    /// <summary>Readers see the old text or the new one.</summary>
    public static void Replace(string path, string text)
    {
        var aside = path + ".new";
        File.WriteAllText(aside, text);
        File.Move(aside, path, overwrite: true);
    }

    /// <returns>Null when it isn't there or can't be read; then <paramref name="problem"/> says why (null: it isn't there).</returns>
    public static string? TryRead(string path, out string? problem)
    {
        problem = null;
        var file = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            problem = errno == Errno.ENOENT ? null : Errno.Describe(errno);
            return null;
        }

        using var handle = new SafeFileHandle(file, ownsHandle: true);
        try
        {
            Span<byte> bytes = stackalloc byte[4096];
            return Encoding.ASCII.GetString(bytes[..RandomAccess.Read(handle, bytes, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>A failed write, as the coded error that the user sees.</summary>
    public static ProcessManagerException Explain(Exception failure, string what)
    {
        var code = failure.HResult is Errno.ENOSPC or Errno.EDQUOT ? ErrorCode.StorageFull : ErrorCode.StorageUnavailable;
        return new ProcessManagerException(code, $"{what}: {failure.Message}", failure);
    }

    private static unsafe void Write(string path, int flags, string text)
    {
        Span<byte> bytes = stackalloc byte[text.Length];
        Encoding.ASCII.GetBytes(text, bytes);
        var file = Libc.Open(path, flags | Libc.O_CLOEXEC, 0b110_000_000);
        if (file < 0)
        {
            throw Failed(path);
        }

        nint written;
        fixed (byte* p = bytes)
        {
            written = Libc.Write(file, p, (nuint)bytes.Length);
        }

        var failure = written < 0 ? Failed(path) : null;
        _ = Libc.Close(file);
        if (failure is not null)
        {
            throw failure;
        }
    }

    private static IOException Failed(string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{path} ({Errno.Describe(errno)})", errno);
    }
}
