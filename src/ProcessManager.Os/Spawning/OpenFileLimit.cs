namespace ProcessManager.Os;

/// <summary>
/// The soft limit on open files that children get. The .NET runtime raises this process' soft limit to the hard one at its start, and
/// children inherit it; programs that use select(2) break above 1024, and others close every possible number in a loop. What it was
/// before isn't recorded anywhere, so: the parent's soft limit where that can be read (a shell or a supervisor hands on its own), else
/// 1024, which is what the kernel and systemd start things with (PID 1's own limit says nothing: systemd raises its own); never above ours.
/// </summary>
/// <remarks>
/// It is put back by lowering the limit of the whole process while a child is made (0.3 ms), because posix_spawn has no attribute for it.
/// Meanwhile an open() in another thread fails only if it would get a number above the lowered limit. So low numbers are kept free: the
/// pidfds, of which there may be thousands, live above <see cref="_floor"/>, and when few low numbers are free all the same
/// (<see cref="HasRoomBelow"/>) the limit is set on the child alone, the slow way (<see cref="LimitWrapper"/>).
/// </remarks>
internal sealed unsafe class OpenFileLimit
{
    public const int Resource = 7;

    private const ulong Customary = 1024;

    /// <summary>Held while the limit is lowered, and by those who need a high number meanwhile.</summary>
    public static readonly Lock Gate = new();

    private static volatile int _floor;

    private OpenFileLimit(RLimit own, ulong children)
    {
        Own = own;
        Children = new RLimit(Math.Min(children, own.Soft), own.Hard);
        if (IsLowered)
        {
            _floor = (int)Math.Min(Children.Soft / 2, 2048);
        }
    }

    public RLimit Own { get; }

    public RLimit Children { get; }

    /// <summary>Whether children get another limit than this process has.</summary>
    public bool IsLowered => Children.Soft < Own.Soft;

    public static OpenFileLimit AsStarted()
    {
        var own = Read(0) ?? throw new InvalidOperationException("The process' own limit on open files can't be read.");

        // The runtime makes them equal. Where they differ it couldn't, and what we have is what we were started with.
        return new OpenFileLimit(own, own.Soft < own.Hard ? own.Soft : OfParent() ?? Customary);
    }

    /// <summary>For tests: as if the manager had been started with this one.</summary>
    public static OpenFileLimit For(ulong soft) => new(Read(0)!.Value, soft);

    /// <summary>Whether nobody will need a number above the lowered limit in the next millisecond: the lowest quarter and more is free.</summary>
    public bool HasRoomBelow()
    {
        var lowest = Libc.Fcntl(0, Libc.F_DUPFD_CLOEXEC, 3);
        if (lowest < 0)
        {
            return false;
        }

        _ = Libc.Close(lowest);
        return (ulong)lowest < Children.Soft - (Children.Soft / 4);
    }

    /// <summary>Moves a descriptor that will stay for long out of the low numbers; as it is when that isn't needed or not possible.</summary>
    public static int MoveUp(int fd)
    {
        if (_floor == 0)
        {
            return fd;
        }

        int moved;
        lock (Gate)
        {
            moved = Libc.Fcntl(fd, Libc.F_DUPFD_CLOEXEC, _floor);
        }

        if (moved < 0)
        {
            return fd;
        }

        _ = Libc.Close(fd);
        return moved;
    }

    private static ulong? OfParent() => Libc.GetParentPid() is var parent and > 1 && Read(parent) is { } limit ? limit.Soft : null;

    private static RLimit? Read(int pid)
    {
        RLimit limit;
        return Libc.Prlimit(pid, Resource, null, &limit) == 0 ? limit : null;
    }
}
