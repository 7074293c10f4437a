using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>How the kernel tells of an end: waitid for our own children, a wait status elsewhere.</summary>
internal static unsafe partial class WaitStatus
{
    private const int ByPid = 1;
    private const int ByPidFd = 3;
    private const int NoHang = 1;
    private const int Exited = 4;

    /// <summary>Collects a child of ours that has ended, so that no zombie stays. Null: not ended, or not ours to collect.</summary>
    public static ExitStatus? Collect(PidFd child)
    {
        var info = stackalloc int[32];
        info[0] = 0;
        if (WaitId(ByPidFd, child.Number, info, Exited | NoHang) != 0 || info[0] == 0)
        {
            return null;
        }

        // si_code: 1 exited, 2 killed, 3 dumped core; then si_pid, si_uid, si_status.
        return info[2] == 1 ? new ExitStatus.Code(info[6]) : new ExitStatus.BySignal(new Signal(info[6]), CoreDumped: info[2] == 3);
    }

    /// <summary>Waits for a child of ours that has been killed.</summary>
    public static void Collect(int pid)
    {
        var info = stackalloc int[32];
        while (WaitId(ByPid, pid, info, Exited) != 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
            // A signal came; the child is as dead as before.
        }
    }

    /// <summary>The form that wait(2), field 52 of /proc/pid/stat and pidfd info have.</summary>
    public static ExitStatus Decode(int status) => (status & 0x7F) == 0
        ? new ExitStatus.Code((status >> 8) & 0xFF)
        : new ExitStatus.BySignal(new Signal(status & 0x7F), (status & 0x80) != 0);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int type, int id, int* info, int options);
}
