namespace ProcessManager.Os;

/// <summary>A tree that is being ended or told something, as the sweep sees it. Guarded by the sweep's lock.</summary>
internal sealed class TreeEnding(Tree tree)
{
    /// <summary>How often to look at a tree that doesn't change: from the first to the second.</summary>
    private const int Soonest = 50;
    private const int Latest = 250;

    private readonly List<Signal> _signals = [];
    private Action<IReadOnlyList<int>>? _onEmpty;
    private bool _killing;
    private bool _leaderOnly;
    private long _lookAt;
    private int _pause = Soonest;

    public Tree Tree { get; } = tree;

    /// <summary>While the main child lives nobody needs to look whether the tree is empty.</summary>
    public bool LeaderLives { get; set; }

    /// <summary>The present pass found nobody, and yet the kernel says that its control group isn't empty: who forked meanwhile is seen by the next.</summary>
    public bool HasUnseen { get; set; }

    /// <summary>The present pass didn't see the main child, whose end hasn't been told yet: it may not have been killed.</summary>
    public bool MissedLeader { get; set; }

    /// <summary>Whether a pass has something to do for it: to tell its members something, or to see what is left.</summary>
    public bool WantsLook => _signals.Count > 0 || (_onEmpty is not null && (!LeaderLives || (_killing && MissedLeader)));

    /// <summary>When to look, in milliseconds of the system's tick count.</summary>
    public long LookAt => WantsLook ? _lookAt : long.MaxValue;

    public void LookNow()
    {
        _lookAt = 0;
        _pause = Soonest;
    }

    public void Tell(Signal signal)
    {
        _signals.Add(signal);
        LookNow();
    }

    /// <summary>With SIGKILL whoever turns up is killed until nobody does; another signal goes, with SIGCONT, to those there are now.</summary>
    public void End(Signal signal, KillMode mode, Action<IReadOnlyList<int>> onEmpty)
    {
        _onEmpty ??= onEmpty;
        _leaderOnly = mode == KillMode.Process;
        _killing |= !_leaderOnly && signal == Signal.Kill;
        if (!_leaderOnly)
        {
            _signals.Add(signal);
            _signals.Add(Signal.Cont);
        }

        LookNow();
    }

    /// <summary>What to send to each member that the present pass finds.</summary>
    public Signal[] TakeSignals()
    {
        Signal[] signals = _killing ? [Signal.Kill] : [.. _signals];
        _signals.Clear();
        _lookAt = long.MaxValue;
        return signals;
    }

    /// <summary>The pass that took them failed.</summary>
    public void TellAgain(Signal[] signals, long now)
    {
        _signals.InsertRange(0, signals);
        _lookAt = now + Soonest;
    }

    /// <summary>Notes what the present pass found, and decides when to look again unless somebody asked for it meanwhile.</summary>
    /// <param name="more">Whether to look again at once: a killed tree that still forks.</param>
    /// <returns>What to call when its end has come.</returns>
    public Action<IReadOnlyList<int>>? Found(Dictionary<int, long> members, long now, out bool more)
    {
        var changed = Tree.Remember(members);
        more = false;
        if (_onEmpty is not null && !LeaderLives && ((members.Count == 0 && !HasUnseen) || _leaderOnly))
        {
            return _onEmpty;
        }

        if (_lookAt == long.MaxValue)
        {
            more = changed && _killing && !LeaderLives;
            _pause = changed ? Soonest : Math.Min(_pause * 3 / 2, Latest);
            _lookAt = now + (more ? 0 : _pause);
        }

        return null;
    }

    /// <summary>Nobody waits for it any more, and nothing is left to say.</summary>
    public bool IsIdle => _onEmpty is null && _signals.Count == 0;
}
