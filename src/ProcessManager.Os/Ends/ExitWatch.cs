namespace ProcessManager.Os;

/// <summary>One process that is being watched. Holds its pidfd open until it is out of the epoll set.</summary>
internal sealed class ExitWatch : IDisposable
{
    private readonly ExitWatcher _watcher;

    internal ExitWatch(ExitWatcher watcher, ulong key, PidFd process, bool isOurs, Action<ExitStatus, DateTimeOffset> onEnd)
    {
        _watcher = watcher;
        Key = key;
        Process = process;
        IsOurs = isOurs;
        OnEnd = onEnd;
    }

    internal ulong Key { get; }

    internal PidFd Process { get; }

    internal bool IsOurs { get; }

    internal Action<ExitStatus, DateTimeOffset> OnEnd { get; }

    /// <summary>When an adopted one, dead and not collected, is given up; null before its death.</summary>
    internal long? GivenUpAt { get; set; }

    /// <summary>Watches no longer: no call begins after this (one may be under way). A child of ours then stays a zombie until we end.</summary>
    public void Dispose() => _watcher.Remove(this);
}
