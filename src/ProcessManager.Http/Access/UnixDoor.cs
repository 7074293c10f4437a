using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcessManager.Http;

/// <summary>
/// A unix socket that only its owner can open: mode 0600 from its first moment, in a directory that is made 0700 if it is missing. A lock file
/// beside it, held while the server lives, says whose it is; so a socket that a dead server left is told from a live one.
/// </summary>
internal sealed partial class UnixDoor : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private UnixDoor(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Takes the path: what is left of a dead server goes, a live one stays.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec; AddressInUse; PermissionDenied; StorageUnavailable.</exception>
    public static async Task<UnixDoor> TakeAsync(string path, CancellationToken cancellationToken)
    {
        path = SocketPath.Check(path);
        var held = Lock(path);
        try
        {
            await ClearAsync(path, cancellationToken);
            return new UnixDoor(path, held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>The listening socket. Kestrel's own would be 0755 for a moment.</summary>
    public Socket Bind()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // The mask is the whole process' (but for threads that left it): a file that another thread makes meanwhile is at worst too private.
        var before = SetUmask(0b001_111_111);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(Path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            _ = SetUmask(before);
        }
    }

    // The lock's file stays: whoever removes it could remove another's.
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            var directory = System.IO.Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(directory, Owner | UnixFileMode.UserExecute);
            return new FileStream(path + ".lock", new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = Owner,
            });
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ProcessManagerException(ErrorCode.PermissionDenied, $"The socket {path} can't be made: {error.Message}", error);
        }
        catch (IOException error) when (File.Exists(path + ".lock"))
        {
            throw new ProcessManagerException(ErrorCode.AddressInUse, $"Another manager listens at {path}, or is about to.", error);
        }
        catch (IOException error)
        {
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"The socket {path} can't be made: {error.Message}", error);
        }
    }

    private static async Task ClearAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return;
        }

        if (Directory.Exists(path) || new FileInfo(path).Length > 0)
        {
            throw new ProcessManagerException(ErrorCode.AddressInUse, $"{path} is there and isn't a socket.");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens. A plain file refuses the same way; an empty one, as it is, holds nothing to lose.
            File.Delete(path);
            return;
        }
        catch (SocketException error)
        {
            throw new ProcessManagerException(ErrorCode.AddressInUse, $"{path} is there and can't be asked: {error.Message}", error);
        }

        throw new ProcessManagerException(ErrorCode.AddressInUse, $"Another server answers at {path}.");
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetUmask(uint mask);
}
