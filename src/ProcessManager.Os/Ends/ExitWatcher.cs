using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// Learns of ends: one epoll set of pidfds and one thread, however many processes there are. Never waits for "any child": that would
/// take the status of children that others in this process started.
/// </summary>
/// <remarks>
/// A pidfd is taken out of the set before it is closed. A child between vfork and exec has a copy of every descriptor, so a pidfd closed at such a
/// moment isn't gone and still reports, when its number may belong to something else. Hence each watch holds a reference on it.
/// </remarks>
internal sealed class ExitWatcher : IDisposable
{
    private const ulong StopKey = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ExitWatch> _watches = [];
    private readonly List<ExitWatch> _zombies = [];
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _stop;
    private ulong _lastKey = StopKey;

    public ExitWatcher(TimeProvider clock)
    {
        _clock = clock;
        _epoll = Checked(Epoll.Create(), "epoll_create1");
        _stop = Checked(Epoll.CreateEvent(), "eventfd");
        Checked(Epoll.Control(_epoll, Epoll.Add, _stop, Epoll.In, StopKey), "epoll_ctl");
        _thread = new Thread(Run) { IsBackground = true, Name = "ends" };
        _thread.Start();
    }

    /// <summary>How long an adopted process that is dead may take to be collected by its parent before its status counts as unknown.</summary>
    public static TimeSpan CollectionLimit { get; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Calls <paramref name="onEnd"/> once, when the process ends or has ended. It runs on the watcher's thread, in batches: it must not
    /// block nor throw. The pidfd may be disposed of at any time.
    /// </summary>
    /// <param name="ours">Whether it is a child of this process that nobody else waits for: then it is collected.</param>
    public ExitWatch Watch(PidFd process, bool ours, Action<ExitStatus, DateTimeOffset> onEnd)
    {
        var held = false;
        process.DangerousAddRef(ref held);
        ExitWatch watch;
        lock (_gate)
        {
            watch = new ExitWatch(this, ++_lastKey, process, ours, onEnd);
            _watches.Add(watch.Key, watch);
            if (Epoll.Control(_epoll, Epoll.Add, process.Number, Epoll.In, watch.Key) == 0)
            {
                return watch;
            }

            _watches.Remove(watch.Key);
        }

        var errno = Marshal.GetLastPInvokeError();
        process.DangerousRelease();
        throw new ProcessManagerException(ErrorCode.LimitExceeded, $"Process {process.Pid} can't be watched ({Errno.Describe(errno)}): fs.epoll.max_user_watches.");
    }

    public unsafe void Dispose()
    {
        ulong one = 1;
        _ = Libc.Write(_stop, (byte*)&one, sizeof(ulong));
        _thread.Join();
        ExitWatch[] left;
        lock (_gate)
        {
            left = [.. _watches.Values];
        }

        foreach (var watch in left)
        {
            Remove(watch);
        }

        _ = Libc.Close(_stop);
        _ = Libc.Close(_epoll);
    }

    /// <summary>True for the one that removes it, who alone may call back.</summary>
    internal bool Remove(ExitWatch watch)
    {
        lock (_gate)
        {
            if (!_watches.Remove(watch.Key))
            {
                return false;
            }

            _ = Epoll.Control(_epoll, Epoll.Delete, watch.Process.Number, 0, 0);
        }

        watch.Process.DangerousRelease();
        return true;
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call}: {Errno.Describe(Marshal.GetLastPInvokeError())}");

    private void Run()
    {
        Span<(uint Events, ulong Key)> events = stackalloc (uint, ulong)[64];
        while (true)
        {
            var count = Epoll.Wait(_epoll, events, UntilNextLimit());
            var now = _clock.GetUtcNow();
            foreach (var (_, key) in events[..count])
            {
                if (key == StopKey)
                {
                    return;
                }

                if (Find(key) is { } watch)
                {
                    Look(watch, now);
                }
            }

            GiveUp(now);
        }
    }

    private ExitWatch? Find(ulong key)
    {
        lock (_gate)
        {
            return _watches.GetValueOrDefault(key);
        }
    }

    private void Look(ExitWatch watch, DateTimeOffset now)
    {
        var status = Status(watch);
        if (status is not null)
        {
            End(watch, status, now);
            return;
        }

        // Dead, and its status not to be seen yet: the hang-up, which is always reported, comes when its parent has collected it.
        lock (_gate)
        {
            if (_watches.ContainsKey(watch.Key) && watch.GivenUpAt is null)
            {
                watch.GivenUpAt = _clock.GetTimestamp() + (long)(CollectionLimit.TotalSeconds * _clock.TimestampFrequency);
                _zombies.Add(watch);
                _ = Epoll.Control(_epoll, Epoll.Modify, watch.Process.Number, 0, watch.Key);
            }
            else
            {
                // The hang-up itself: it was collected, and the kernel doesn't tell.
                status = new ExitStatus.Unknown();
            }
        }

        if (status is not null)
        {
            End(watch, status, now);
        }
    }

    private static ExitStatus? Status(ExitWatch watch)
    {
        // One of ours that can't be collected was collected by somebody else: the rest is as for an adopted one.
        return (watch.IsOurs ? WaitStatus.Collect(watch.Process) : null) ?? AdoptedEnd.Read(watch.Process);
    }

    private void End(ExitWatch watch, ExitStatus status, DateTimeOffset now)
    {
        _zombies.Remove(watch);
        if (Remove(watch))
        {
            watch.OnEnd(status, now);
        }
    }

    private void GiveUp(DateTimeOffset now)
    {
        if (_zombies.Count == 0)
        {
            return;
        }

        var stamp = _clock.GetTimestamp();
        foreach (var watch in _zombies.Where(watch => watch.GivenUpAt <= stamp).ToList())
        {
            End(watch, Status(watch) ?? new ExitStatus.Unknown(), now);
        }
    }

    private int UntilNextLimit()
    {
        if (_zombies.Count == 0)
        {
            return -1;
        }

        var left = _zombies.Min(watch => watch.GivenUpAt!.Value) - _clock.GetTimestamp();
        return left <= 0 ? 0 : (int)(left * 1000 / _clock.TimestampFrequency) + 1;
    }
}
