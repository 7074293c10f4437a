using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>epoll(7), eventfd(2) and poll(2).</summary>
internal static unsafe partial class Epoll
{
    public const uint In = 0x001;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;

    public const int Add = 1;
    public const int Delete = 2;
    public const int Modify = 3;

    private const int CloseOnExec = 0x80000;

    public static int Create() => Make(CloseOnExec);

    public static int CreateEvent() => MakeEvent(0, CloseOnExec | 0x800 /* EFD_NONBLOCK */);

    /// <summary>-1 and errno on failure. The kernel's structure is packed on x86-64 only.</summary>
    public static int Control(int epoll, int operation, int fd, uint events, ulong data)
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            var packed = new Packed { Events = events, Data = data };
            return Control(epoll, operation, fd, &packed);
        }

        var aligned = new Aligned { Events = events, Data = data };
        return Control(epoll, operation, fd, &aligned);
    }

    /// <summary>Waits for up to <paramref name="buffer"/>'s length of events; -1 milliseconds is for ever. Answers none when a signal came.</summary>
    public static int Wait(int epoll, Span<(uint Events, ulong Data)> buffer, int milliseconds)
    {
        var raw = stackalloc byte[buffer.Length * sizeof(Aligned)];
        var count = Wait(epoll, raw, buffer.Length, milliseconds);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = RuntimeInformation.ProcessArchitecture == Architecture.X64
                ? (((Packed*)raw)[i].Events, ((Packed*)raw)[i].Data)
                : (((Aligned*)raw)[i].Events, ((Aligned*)raw)[i].Data);
        }

        return Math.Max(count, 0);
    }

    /// <summary>Whether it could be read now: of a pidfd, whether the process has ended.</summary>
    public static bool IsReadable(int fd)
    {
        var one = new Polled { Descriptor = fd, Wanted = (short)In };
        return Poll(&one, 1, 0) == 1;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Polled* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Make(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int MakeEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int fd, void* data);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, void* events, int count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Packed
    {
        public uint Events;
        public ulong Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Aligned
    {
        public uint Events;
        public ulong Data;
    }
}
