using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>Descriptors that one thread waits for, each under a key, and a bell of its own to end or shorten the wait.</summary>
internal sealed class EpollSet : IDisposable
{
    private const ulong BellKey = 0;

    private readonly int _epoll = Checked(Epoll.Create(), "epoll_create1");
    private readonly int _bell = Checked(Epoll.CreateEvent(), "eventfd");
    private readonly bool _full;
    private bool _stopped;

    /// <param name="full">For tests: takes none, as when the user has all the watches that <c>fs.epoll.max_user_watches</c> allows.</param>
    public EpollSet(bool full = false)
    {
        _full = full;
        Checked(Epoll.Control(_epoll, Epoll.Add, _bell, Epoll.In, BellKey), "epoll_ctl");
    }

    /// <summary>The least key that stands for a descriptor.</summary>
    public const ulong FirstKey = BellKey + 1;

    /// <returns>False when the kernel has no room for it.</returns>
    public bool TryAdd(int fd, ulong key) => !_full && Epoll.Control(_epoll, Epoll.Add, fd, Epoll.In, key) == 0;

    /// <summary>From now on only its hang-up is told.</summary>
    public void AwaitHangUp(int fd, ulong key) => _ = Epoll.Control(_epoll, Epoll.Modify, fd, 0, key);

    /// <summary>Harmless when it isn't in the set.</summary>
    public void Remove(int fd) => _ = Epoll.Control(_epoll, Epoll.Delete, fd, 0, 0);

    /// <summary>Ends a wait, or the next one if there is none.</summary>
    public unsafe void Ring()
    {
        ulong one = 1;
        _ = Libc.Write(_bell, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Waits no longer: a wait that is under way, and each later one, answers false.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopped, true);
        Ring();
    }

    /// <summary>The keys of what happened, none after <paramref name="milliseconds"/> (-1: for ever) or when the bell rang.</summary>
    /// <returns>False when it was stopped.</returns>
    public bool TryWait(int milliseconds, List<ulong> keys)
    {
        Span<(uint Events, ulong Key)> events = stackalloc (uint, ulong)[64];
        keys.Clear();
        foreach (var (_, key) in events[..Epoll.Wait(_epoll, events, milliseconds)])
        {
            if (key == BellKey)
            {
                Silence();
            }
            else
            {
                keys.Add(key);
            }
        }

        return !Volatile.Read(ref _stopped);
    }

    public void Dispose()
    {
        _ = Libc.Close(_bell);
        _ = Libc.Close(_epoll);
    }

    private unsafe void Silence()
    {
        ulong rings;
        _ = Libc.Read(_bell, (byte*)&rings, sizeof(ulong));
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call}: {Errno.Describe(Marshal.GetLastPInvokeError())}");
}
