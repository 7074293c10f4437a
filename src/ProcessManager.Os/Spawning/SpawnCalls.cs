using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// Addresses of libc's functions, looked up beforehand, so that <see cref="SpawnWindow"/> runs without the runtime's help: a P/Invoke's
/// first call looks for libraries and compiles a stub.
/// </summary>
internal unsafe struct SpawnCalls
{
    public delegate* unmanaged<int*> ErrnoLocation;
    public delegate* unmanaged<nint, nint, nint, nint, nint> Syscall;
    public delegate* unmanaged<uint, uint> Umask;
    public delegate* unmanaged<byte*, int> ChangeDirectory;
    public delegate* unmanaged<byte*, int, int> Access;
    public delegate* unmanaged<int, byte*, int, uint, byte*, int> StatX;
    public delegate* unmanaged<int, nint, nint, nint, nint, int> PrCtl;
    public delegate* unmanaged<int, uint, int, int> SetPriority;
    public delegate* unmanaged<int, nuint, byte*, int> SetAffinity;
    public delegate* unmanaged<int, int, RLimit*, RLimit*, int> Prlimit;
    public delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> PosixSpawn;
    public nint SetGroups;
    public nint SetResUid;
    public nint SetResGid;

    /// <summary>Made once, never freed.</summary>
    public static readonly SpawnCalls* Instance = Load();

    private static SpawnCalls* Load()
    {
        var calls = (SpawnCalls*)NativeMemory.AllocZeroed((nuint)sizeof(SpawnCalls));
        var (setGroups, setResUid, setResGid) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (116, 117, 119),
            Architecture.Arm64 => (159, 147, 149),
            var other => throw new PlatformNotSupportedException($"Processes can be supervised on x86-64 and arm64, not on {other}."),
        };
        *calls = new SpawnCalls
        {
            ErrnoLocation = (delegate* unmanaged<int*>)Find("__errno_location"),
            Syscall = (delegate* unmanaged<nint, nint, nint, nint, nint>)Find("syscall"),
            Umask = (delegate* unmanaged<uint, uint>)Find("umask"),
            ChangeDirectory = (delegate* unmanaged<byte*, int>)Find("chdir"),
            Access = (delegate* unmanaged<byte*, int, int>)Find("access"),
            StatX = (delegate* unmanaged<int, byte*, int, uint, byte*, int>)Find("statx"),
            PrCtl = (delegate* unmanaged<int, nint, nint, nint, nint, int>)Find("prctl"),
            SetPriority = (delegate* unmanaged<int, uint, int, int>)Find("setpriority"),
            SetAffinity = (delegate* unmanaged<int, nuint, byte*, int>)Find("sched_setaffinity"),
            Prlimit = (delegate* unmanaged<int, int, RLimit*, RLimit*, int>)Find("prlimit"),
            PosixSpawn = (delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int>)Find("posix_spawn"),
            SetGroups = setGroups,
            SetResUid = setResUid,
            SetResGid = setResGid,
        };
        return calls;
    }

    private static nint Find(string name) => NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), name);
}
