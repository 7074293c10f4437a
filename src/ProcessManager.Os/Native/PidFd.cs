using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

internal enum SignalOutcome
{
    Sent,

    /// <summary>It has ended and was collected. (A zombie takes signals, and nothing comes of it.)</summary>
    Gone,

    /// <summary>We may not (EPERM): it runs as somebody else and we aren't root.</summary>
    Refused,
}

/// <summary>
/// A hold on one OS process that never means another one, also when its number is used again. Keeps the descriptor open while an
/// <see cref="ExitWatcher"/> watches it, however early its owner disposes of it.
/// </summary>
internal sealed class PidFd : SafeHandleMinusOneIsInvalid
{
    private const int PidfdOpen = 434;
    private const int PidfdSendSignal = 424;

    private PidFd(int fd, ChildIdentity child)
        : base(ownsHandle: true)
    {
        SetHandle(fd);
        Child = child;
    }

    /// <summary>Whom it holds.</summary>
    public ChildIdentity Child { get; }

    public int Pid => Child.OsPid;

    /// <summary>Only while the handle is held by a reference of its own.</summary>
    internal int Number => (int)handle;

    /// <summary>Holds <paramref name="child"/>; null when it has gone (a zombie still counts as there) or its number belongs to another process.</summary>
    public static PidFd? Open(ChildIdentity child)
    {
        if (!string.Equals(child.BootId, ChildIdentities.BootId, StringComparison.Ordinal))
        {
            return null;
        }

        var fd = Open(child.OsPid);
        if (fd < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return errno is Errno.ESRCH or Errno.EINVAL or Errno.ENOENT
                ? null
                : throw new ProcessManagerException(ErrorCode.StartFailed, $"Process {child.OsPid} can't be held by a pidfd ({Errno.Describe(errno)}).");
        }

        // Looked at after the pidfd is there: what has this number and this start now is what the pidfd holds.
        if (ProcStat.TryRead(child.OsPid, out var stat) && stat.StartTicks == child.StartTicks)
        {
            return new PidFd(fd, child);
        }

        _ = Libc.Close(fd);
        return null;
    }

    /// <summary>Holds a child of ours that nobody has waited for yet, so that its number can't mean another. Null and errno on failure.</summary>
    public static PidFd? OpenOwn(int pid)
    {
        if (ChildIdentities.Read(pid) is not { } child)
        {
            Marshal.SetLastPInvokeError(Errno.ESRCH);
            return null;
        }

        var fd = Open(pid);
        return fd < 0 ? null : new PidFd(fd, child);
    }

    public SignalOutcome SendSignal(Signal signal)
    {
        var held = false;
        try
        {
            DangerousAddRef(ref held);
            if (Libc.Syscall(PidfdSendSignal, handle, signal.Number, 0, 0) == 0)
            {
                return SignalOutcome.Sent;
            }
        }
        catch (ObjectDisposedException)
        {
            // Its owner let go of it when it ended.
            return SignalOutcome.Gone;
        }
        finally
        {
            if (held)
            {
                DangerousRelease();
            }
        }

        return Marshal.GetLastPInvokeError() == Errno.ESRCH ? SignalOutcome.Gone : SignalOutcome.Refused;
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;

    private static int Open(int pid)
    {
        var fd = (int)Libc.Syscall(PidfdOpen, pid, 0, 0, 0);
        return fd < 0 ? fd : OpenFileLimit.MoveUp(fd);
    }
}
