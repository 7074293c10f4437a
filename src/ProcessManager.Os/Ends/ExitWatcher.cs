namespace ProcessManager.Os;

/// <summary>
/// Learns of ends: one epoll set of pidfds and one thread, however many processes there are. Never waits for "any child": that would
/// take the status of children that others in this process started. Whom the kernel keeps out of the set is asked once a second.
/// </summary>
/// <remarks>
/// A pidfd is taken out of the set before it is closed. A child between vfork and exec has a copy of every descriptor, so a pidfd closed at such a
/// moment isn't gone and still reports, when its number may belong to something else. Hence each watch holds a reference on it.
/// </remarks>
internal sealed class ExitWatcher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ExitWatch> _watches = [];
    private readonly List<ExitWatch> _zombies = [];
    private readonly LateWatches _late;
    private readonly EpollSet _set;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private ulong _nextKey = EpollSet.FirstKey;

    /// <param name="clock">For the times of ends and for limits.</param>
    /// <param name="set">Its own from then on.</param>
    public ExitWatcher(TimeProvider clock, EpollSet? set = null)
    {
        _clock = clock;
        _late = new LateWatches(clock);
        _set = set ?? new EpollSet();
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
        bool listed;
        lock (_gate)
        {
            watch = new ExitWatch(this, _nextKey++, process, ours, onEnd);
            _watches.Add(watch.Key, watch);
            listed = _set.TryAdd(process.Number, watch.Key);
            if (!listed)
            {
                _late.Add(watch);
            }
        }

        if (!listed)
        {
            _set.Ring();
        }

        return watch;
    }

    public void Dispose()
    {
        _set.Stop();
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

        _set.Dispose();
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

            _late.Remove(watch);
            _set.Remove(watch.Process.Number);
        }

        watch.Process.DangerousRelease();
        return true;
    }

    private void Run()
    {
        var keys = new List<ulong>();
        while (_set.TryWait(Sooner(UntilNextLimit(), _late.UntilNext()), keys))
        {
            var now = _clock.GetUtcNow();
            foreach (var key in keys.Concat(_late.Ended(Hold)))
            {
                Look(key, now);
            }

            GiveUp(now);
        }
    }

    /// <summary>
    /// Keeps the pidfd open while it is looked at: its watch may be ended at any moment, and its number then mean another. To be released.
    /// </summary>
    private ExitWatch? Hold(ulong key)
    {
        lock (_gate)
        {
            var held = false;
            var watch = _watches.GetValueOrDefault(key);
            watch?.Process.DangerousAddRef(ref held);
            return watch;
        }
    }

    private void Look(ulong key, DateTimeOffset now)
    {
        if (Hold(key) is { } watch)
        {
            Look(watch, now);
            watch.Process.DangerousRelease();
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
                _set.AwaitHangUp(watch.Process.Number, watch.Key);
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
            _zombies.Remove(watch);
            if (Hold(watch.Key) is not null)
            {
                End(watch, Status(watch) ?? new ExitStatus.Unknown(), now);
                watch.Process.DangerousRelease();
            }
        }
    }

    /// <summary>Of two waits in milliseconds, where -1 is for ever.</summary>
    private static int Sooner(int one, int other) => one < 0 || other < 0 ? Math.Max(one, other) : Math.Min(one, other);

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
