using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// How a process ended that isn't our child: it has another parent now (init, or a subreaper), which alone may wait for it.
/// <code>
/// runs ─────────── zombie (pidfd: EPOLLIN) ─────────── collected by its parent (EPOLLHUP)
///                  /proc/pid/stat, field 52            PIDFD_GET_INFO with the EXIT bit, Linux 6.15 and later
/// </code>
/// In the zombie phase PIDFD_GET_INFO answers success with exit_code 0 and no EXIT bit: trusted only with the bit. Field 52 reads 0 too where we
/// may not see it: trusted only if we may.
/// </summary>
internal static unsafe partial class AdoptedEnd
{
    // _IOWR(0xFF, 11, struct pidfd_info of 64 bytes), its first version: mask u64, cgroup u64, eleven u32, exit_code s32.
    private const uint GetInfo = 0xC040FF0B;
    private const ulong ExitBit = 1 << 3;

    /// <summary>Null: not to be known now.</summary>
    public static ExitStatus? Read(PidFd process) => OfZombie(process.Child) ?? OfCollected(process);

    private static ExitStatus? OfZombie(ChildIdentity child)
    {
        // The question that the kernel asks before it fills in field 52 is asked for this link too.
        var target = stackalloc byte[64];
        if (Libc.ReadLink(string.Create(CultureInfo.InvariantCulture, $"/proc/{child.OsPid}/ns/user"), target, 64) < 0)
        {
            return null;
        }

        return ProcStat.TryRead(child.OsPid, out var stat) && stat.StartTicks == child.StartTicks && stat.State == 'Z' ? WaitStatus.Decode(stat.WaitStatus) : null;
    }

    private static ExitStatus? OfCollected(PidFd process)
    {
        var info = stackalloc ulong[8];
        new Span<ulong>(info, 8).Clear();
        info[0] = ExitBit;
        return Control(process.Number, GetInfo, info) == 0 && (info[0] & ExitBit) != 0 ? WaitStatus.Decode(((int*)info)[15]) : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fd, nuint request, void* argument);
}
