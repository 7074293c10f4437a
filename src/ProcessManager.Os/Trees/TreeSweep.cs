using System.Diagnostics;

namespace ProcessManager.Os;

/// <summary>
/// Ends trees, and tells when they are empty. One thread and one pass over /proc serve all that wait; every member is signalled by its identity.
/// </summary>
/// <remarks>
/// A pass costs about 1 ms for each 100 processes. So over time the thread passes for a ninth of it: what it saved while nothing was to do is spent
/// on a few in a row, since a crashed child is waited for; then it rests after each one, at most 100 ms, and what comes meanwhile shares the next one.
/// </remarks>
internal sealed class TreeSweep : IDisposable
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    /// <summary>Ten passes over 2,000 processes.</summary>
    private static readonly TimeSpan MostSaved = TimeSpan.FromMilliseconds(200);

    /// <summary>As long as this a tree is young: see <see cref="PidSpan"/>.</summary>
    private static readonly TimeSpan Youth = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Dictionary<Tree, TreeEnding> _endings = [];
    private readonly ProcTable _table;
    private readonly Thread _thread;
    private TimeSpan _saved = MostSaved;
    private long _rested = Stopwatch.GetTimestamp();
    private bool _ended;

    public TreeSweep(Guid manager)
    {
        _table = new ProcTable(manager);
        _thread = new Thread(Run) { IsBackground = true, Name = "procman-trees" };
        _thread.Start();
    }

    /// <summary>Sends a signal to every member that the next pass finds.</summary>
    /// <param name="leaderLives">Whether the main child's end is still to come, and will be told by <see cref="LeaderEnded"/>.</param>
    public void Tell(Tree tree, Signal signal, bool leaderLives) => Change(tree, leaderLives, x => x.Tell(signal));

    /// <summary>Sends a signal (and SIGCONT) to every member that the next pass finds, and tells when none is left.</summary>
    /// <param name="leaderLives">As for <see cref="Tell"/>.</param>
    /// <param name="onEmpty">Called once, on the sweep's thread, with the pids left behind. When asked again the first one is kept.</param>
    public void End(Tree tree, Signal signal, KillMode mode, bool leaderLives, Action<IReadOnlyList<int>> onEmpty) =>
        Change(tree, leaderLives, x => x.End(signal, mode, onEmpty));

    /// <summary>The main child is gone: if the tree is waited for, look what is left.</summary>
    public void LeaderEnded(Tree tree)
    {
        lock (_gate)
        {
            if (_ended || !_endings.TryGetValue(tree, out var ending))
            {
                return;
            }

            ending.LeaderLives = false;
            ending.LookNow();
            _wake.Set();
        }
    }

    /// <summary>What is asked of it afterwards is not done: a timer may still come, or an end that was seen meanwhile.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        lock (_gate)
        {
            _ended = true;
            _stop.Dispose();
            _wake.Dispose();
        }
    }

    private void Change(Tree tree, bool leaderLives, Action<TreeEnding> change)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (!_endings.TryGetValue(tree, out var ending))
            {
                _endings[tree] = ending = new TreeEnding(tree) { LeaderLives = leaderLives };
            }

            change(ending);
            _wake.Set();
        }
    }

    private void Run()
    {
        WaitHandle[] wakeOrStop = [_stop, _wake];
        while (!_stop.WaitOne(0))
        {
            var (looks, pause) = TakeLooks();
            if (looks.Count == 0)
            {
                WaitHandle.WaitAny(wakeOrStop, pause);
                continue;
            }

            var since = Stopwatch.GetTimestamp();
            if (!TryPass(looks))
            {
                _stop.WaitOne(RestAfter(since));
            }
        }
    }

    private TimeSpan RestAfter(long began)
    {
        var earned = _saved + (Stopwatch.GetElapsedTime(_rested, began) / 8);
        _saved = (earned < MostSaved ? earned : MostSaved) - Stopwatch.GetElapsedTime(began);
        _rested = Stopwatch.GetTimestamp();
        var rest = -_saved * 8;
        if (rest > LongestRest)
        {
            // No debt beyond one rest: what was overspent in a long burst isn't held against the next end.
            _saved = -LongestRest / 8;
            return LongestRest;
        }

        return rest < ShortestRest ? ShortestRest : rest;
    }

    /// <summary>Once it is time for one, all that want a look get it.</summary>
    private (List<(TreeEnding Ending, Signal[] Signals)> Looks, int Pause) TakeLooks()
    {
        lock (_gate)
        {
            var next = _endings.Count == 0 ? long.MaxValue : _endings.Values.Min(x => x.LookAt);
            if (next == long.MaxValue)
            {
                return ([], Timeout.Infinite);
            }

            var pause = next - Environment.TickCount64;
            return pause > 0 ? ([], (int)pause) : ([.. _endings.Values.Where(x => x.WantsLook).Select(x => (x, x.TakeSignals()))], 0);
        }
    }

    /// <returns>Whether the next one should follow at once.</returns>
    private bool TryPass(List<(TreeEnding Ending, Signal[] Signals)> looks)
    {
        try
        {
            return Pass(looks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ProcessManagerException)
        {
            // No descriptor left, most likely. Nothing is given up: what was to be said is said in a later pass.
            lock (_gate)
            {
                looks.ForEach(x => x.Ending.TellAgain(x.Signals, Environment.TickCount64));
            }

            return false;
        }
    }

    private bool Pass(List<(TreeEnding Ending, Signal[] Signals)> looks)
    {
        var trees = looks.ConvertAll(x => x.Ending.Tree);
        var grouped = TreeCensus.GroupMembers(trees);
        if (trees.TrueForAll(tree => tree.Group is not null))
        {
            // The kernel says who is in them: nobody else needs to be looked at. (A main child may not be in its group yet.)
            _table.Read([.. grouped.Keys.Union(trees.Select(tree => tree.Leader?.OsPid ?? 0).Where(pid => pid > 0))]);
        }
        else
        {
            _table.Read(SpanOf(looks));
        }

        var found = TreeCensus.Take(_table, trees, grouped);
        foreach (var (ending, signals) in looks)
        {
            if (signals.Length > 0)
            {
                Send(ending.Tree, found[ending.Tree], signals, grouped);
            }
        }

        var ended = new List<(Action<IReadOnlyList<int>> OnEmpty, IReadOnlyList<int> LeftBehind)>();
        var atOnce = false;
        lock (_gate)
        {
            foreach (var (ending, _) in looks)
            {
                var members = found[ending.Tree];
                ending.MissedLeader = ending.Tree.Leader is { } leader && !members.ContainsKey(leader.OsPid);
                ending.HasUnseen = members.Count == 0 && ending.Tree.Group is { Populated: true } && !HoldsOthers(ending.Tree, members, grouped);
                if (ending.Found(members, Environment.TickCount64, out var more) is { } onEmpty)
                {
                    ended.Add((onEmpty, [.. members.Keys.Order()]));
                    _endings.Remove(ending.Tree);
                }
                else if (ending.IsIdle)
                {
                    _endings.Remove(ending.Tree);
                }

                atOnce |= more;
            }
        }

        foreach (var (onEmpty, leftBehind) in ended)
        {
            onEmpty(leftBehind);
        }

        return atOnce;
    }

    /// <summary>Whether somebody in the tree's control group isn't of the tree: the children of a manager inside it.</summary>
    private bool HoldsOthers(Tree tree, Dictionary<int, long> members, Dictionary<int, Tree> grouped) =>
        grouped.Any(x => x.Value == tree && !members.ContainsKey(x.Key) && _table.Find(x.Key) is var row and >= 0 && _table.Rows[row].IsAlive);

    private void Send(Tree tree, Dictionary<int, long> members, Signal[] signals, Dictionary<int, Tree> grouped)
    {
        if (signals is [var only] && only == Signal.Kill && tree.Group is { } group && !HoldsOthers(tree, members, grouped))
        {
            // At once, and no fork escapes. Who isn't in the group yet is told below.
            _ = group.TryKill();
        }

        foreach (var (pid, ticks) in members)
        {
            // Null: it has gone since the pass, or its number is another's by now.
            using var member = PidFd.Open(new ChildIdentity(ChildIdentities.BootId, pid, ticks));
            foreach (var signal in signals)
            {
                member?.SendSignal(signal);
            }
        }
    }

    /// <summary>The numbers that the members of young trees can have; null when an older one waits too, whose members can have any.</summary>
    private static PidSpan? SpanOf(List<(TreeEnding Ending, Signal[] Signals)> looks)
    {
        var leaders = new List<int>(looks.Count);
        foreach (var tree in looks.Select(x => x.Ending.Tree))
        {
            if (tree is not { Leader: { } leader, BornAt: { } born } || Stopwatch.GetElapsedTime(born) > Youth)
            {
                return null;
            }

            leaders.Add(leader.OsPid);
        }

        return PidSpan.SinceFirstOf(leaders);
    }
}
