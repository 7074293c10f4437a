using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// The directory that belongs to one manager and outlives it: its lock, its identity, the ledger and the logs of its children.
/// Opened means owned: no other manager has it until this is disposed or the process ends.
/// </summary>
/// <remarks>
/// The lock is an flock on a close-on-exec descriptor. A child between vfork and exec holds a copy of that descriptor, so a successor gets the
/// lock only when no half-started child of its predecessor exists any more. Recovery relies on it: under the lock, an intent in the ledger
/// without a start marker means that the child never ran, and never will.
/// </remarks>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>How long to try for the lock: a predecessor that was just killed may still have half-started children (see the remarks).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SafeFileHandle _lock;

    private DataDirectory(string root, SafeFileHandle @lock)
    {
        Root = root;
        _lock = @lock;
        LedgerFolder = Folder("ledger");
        MarkerFolder = Folder("ledger/started");
        File.SetUnixFileMode(MarkerFolder, Private | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        LogFolder = Folder("logs");
        DetachedFolder = Folder("detached");
        HookFolder = Folder("hooks");
        ManagerId = ReadOrMakeId(out var made);
        IsNew = made;
    }

    /// <summary>Its full path.</summary>
    public string Root { get; }

    /// <summary>Which manager's it is: made once, and part of the mark that every child carries.</summary>
    public Guid ManagerId { get; }

    /// <summary>Whether this is the first time that it is used.</summary>
    public bool IsNew { get; }

    public string LedgerFolder { get; }

    /// <summary>
    /// Where children make their start markers, as the user that each runs as: hence writable for all, inside a folder that nobody else can enter.
    /// </summary>
    public string MarkerFolder { get; }

    public string LogFolder { get; }

    /// <summary>Where hooks write to while they run; what is there when it is taken is nobody's.</summary>
    public string HookFolder { get; }

    /// <summary>What is remembered of those that the manager has let go of, and their output.</summary>
    public string DetachedFolder { get; }

    /// <summary>Makes the directory (0700) if it isn't there and takes it.</summary>
    /// <exception cref="ProcessManagerException">
    /// AlreadyRunning: another manager has it, and the message names its process; StorageUnavailable: it can't be made or written; StorageFull.
    /// </exception>
    public static DataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        SafeFileHandle? handle = null;
        try
        {
            Directory.CreateDirectory(root, Private);
            var lockFile = Path.Combine(root, "lock");
            handle = FileLock.Open(lockFile);
            if (!FileLock.TryTake(handle, Patience))
            {
                throw new ProcessManagerException(ErrorCode.AlreadyRunning, $"Another manager{Owner(lockFile)} owns the data directory {root}.");
            }

            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
            return new DataDirectory(root, handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            throw SmallFile.Explain(e, $"The data directory {root} can't be used");
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
    }

    /// <summary>Gives it up. What is in it stays.</summary>
    public void Dispose() => _lock.Dispose();

    private static string Owner(string lockFile)
    {
        var pid = SmallFile.TryRead(lockFile, out _)?.Trim();
        return pid is { Length: > 0 } ? $" (process {pid})" : "";
    }

    private string Folder(string name)
    {
        var folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder, Private);
        return folder;
    }

    private Guid ReadOrMakeId(out bool made)
    {
        var file = Path.Combine(Root, "id");
        made = !Guid.TryParse(SmallFile.TryRead(file, out _)?.Trim(), out var id);
        if (made)
        {
            // Unreadable can only mean a power loss just after it was made, and that has ended whatever carried the old one.
            id = Guid.NewGuid();
            SmallFile.Replace(file, id.ToString("N") + "\n");
        }

        return id;
    }
}
