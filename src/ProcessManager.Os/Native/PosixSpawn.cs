using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>What surrounds posix_spawn: its attributes and file actions, opaque structures that are larger here than in any libc.</summary>
internal static unsafe partial class PosixSpawn
{
    /// <summary>glibc's posix_spawnattr_t takes 336 bytes, its file actions 80.</summary>
    public const int StructureBytes = 512;

    private const short SetSigDef = 0x04;
    private const short SetSigMask = 0x08;
    private const short SetSid = 0x80;
    private const short SetCgroup = 0x100;

    private static readonly delegate* unmanaged<void*, int, int> AddCloseFrom =
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addclosefrom_np", out var address)
            ? (delegate* unmanaged<void*, int, int>)address
            : null;

    /// <summary>Whether libc can close everything from a number on in the child (glibc 2.34, not musl).</summary>
    public static bool HasCloseFrom => AddCloseFrom != null;

    private static readonly delegate* unmanaged<void*, int, int> SetGroup =
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawnattr_setcgroup_np", out var address)
            ? (delegate* unmanaged<void*, int, int>)address
            : null;

    /// <summary>Whether libc can have a child born in a control group (glibc 2.39).</summary>
    public static bool HasSetGroup => SetGroup != null;

    /// <summary>
    /// A session of its own, no blocked signal, every disposition the default one: the runtime ignores SIGPIPE, and whoever started the
    /// manager may have ignored others (nohup). The same for every child that has no group of its own.
    /// </summary>
    /// <param name="group">The directory of a control group for the child to be born in; -1: where we are. To be had only with <see cref="HasSetGroup"/>.</param>
    public static void* MakeAttributes(int group = -1)
    {
        var attributes = NativeMemory.AllocZeroed(StructureBytes);
        Check(AttributesInit(attributes));
        var signals = stackalloc ulong[16];
        Check(SetMask(attributes, signals));
        new Span<ulong>(signals, 16).Fill(ulong.MaxValue);
        Check(SetDefaults(attributes, signals));
        if (group >= 0)
        {
            Check(SetGroup(attributes, group));
        }

        Check(SetFlags(attributes, (short)(SetSigDef | SetSigMask | SetSid | (group >= 0 ? SetCgroup : 0))));
        return attributes;
    }

    public static void CloseFrom(void* actions, int fd) => Check(AddCloseFrom(actions, fd));

    /// <summary>These only fail for want of memory.</summary>
    public static void Check(int error)
    {
        if (error != 0)
        {
            throw new ProcessManagerException(ErrorCode.StartFailed, $"A start can't be prepared ({Errno.Describe(error)}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int ActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int ActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDup2(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    public static partial int AddClose(void* actions, int fd);

    /// <summary>libc keeps a copy of the path.</summary>
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(void* actions, int fd, string path, int flags, uint mode);

    /// <summary>glibc 2.29, musl 1.1.24.</summary>
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddChangeDirectory(void* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(void* attributes, ulong* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(void* attributes, ulong* signals);
}
