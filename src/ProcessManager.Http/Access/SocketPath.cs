using System.Text;

namespace ProcessManager.Http;

/// <summary>The path of a unix socket.</summary>
public static class SocketPath
{
    /// <summary>What the kernel takes (<c>sun_path</c>, with its closing zero), in bytes.</summary>
    public const int MaxBytes = 107;

    /// <summary>The path in full.</summary>
    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/>: empty, or longer than the kernel takes.</exception>
    public static string Check(string path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw ProcessManagerException.Invalid([new Fault("socket", "the path is empty")]);
        }

        var full = Path.GetFullPath(path);
        var bytes = Encoding.UTF8.GetByteCount(full);
        return bytes <= MaxBytes
            ? full
            : throw ProcessManagerException.Invalid([new Fault("socket", $"{full} has {bytes} bytes, and a socket's path has at most {MaxBytes}; choose a shorter one")]);
    }
}
