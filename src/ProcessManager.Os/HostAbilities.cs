using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>What this kernel, libc and file system can. Each is tried, not concluded from a version, where that is possible without a child.</summary>
public static unsafe partial class HostAbilities
{
    private const int PidfdOpen = 434;

    // As in AdoptedEnd: the first version of struct pidfd_info, and its bit for exit information.
    private const uint GetInfo = 0xC040FF0B;

    // FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
    private const int PunchHole = 3;

    private const int ProbeBytes = 64 << 10;

    /// <summary>pidfd_open (Linux 5.3): the end of a child is seen without a thread for it, and no signal can reach another process.</summary>
    public static bool HasPidFd
    {
        get
        {
            var fd = OpenSelf();
            return fd >= 0 && Libc.Close(fd) == 0;
        }
    }

    /// <summary>The kernel tells how a process ended that isn't our child, after it was collected (PIDFD_GET_INFO with exit information, Linux 6.15).</summary>
    public static bool TellsEndsOfAdopted
    {
        get
        {
            var fd = OpenSelf();
            if (fd < 0)
            {
                return false;
            }

            var info = stackalloc ulong[8];
            new Span<ulong>(info, 8).Clear();
            var answered = Control(fd, GetInfo, info) == 0;
            _ = Libc.Close(fd);
            // That it fills in exit information shows only on a dead process, so for that the version has to do.
            return answered && Environment.OSVersion.Version >= new Version(6, 15);
        }
    }

    /// <summary>libc closes what a child mustn't inherit (posix_spawn_file_actions_addclosefrom_np, glibc 2.34).</summary>
    public static bool HasCloseFrom => PosixSpawn.HasCloseFrom;

    /// <summary>The limit on open files as children get it, this process' own (the runtime raises it) and the hard one.</summary>
    public static (ulong Children, ulong Own, ulong Hard) OpenFiles
    {
        get
        {
            var limit = OpenFileLimit.AsStarted();
            return (limit.Children.Soft, limit.Own.Soft, limit.Own.Hard);
        }
    }

    /// <summary>Whether the head of a log in <paramref name="directory"/> can be freed while it grows; null: nothing can be written there.</summary>
    public static bool? CanPunchHoles(string directory)
    {
        var path = Path.Combine(directory, $".procman-probe-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.Write(new byte[ProbeBytes]);
            file.Flush();
            return Allocate((int)file.SafeFileHandle.DangerousGetHandle(), PunchHole, 0, ProbeBytes / 2) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing, read-only, full or somebody else's: whoever asks says so.
            return null;
        }
    }

    /// <summary>The version of the distribution's SQLite (libsqlite3.so.0); null: it isn't installed.</summary>
    public static string? SqliteVersion
    {
        get
        {
            if (!NativeLibrary.TryLoad("libsqlite3.so.0", out var library) || !NativeLibrary.TryGetExport(library, "sqlite3_libversion", out var address))
            {
                return null;
            }

            return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)address)());
        }
    }

    /// <summary>Whether this process may make entries in <paramref name="directory"/>.</summary>
    public static bool CanWrite(string directory) => Libc.Access(directory, 2) == 0;

    private static int OpenSelf() => (int)Libc.Syscall(PidfdOpen, Environment.ProcessId, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fd, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(int fd, int mode, long offset, long length);
}
