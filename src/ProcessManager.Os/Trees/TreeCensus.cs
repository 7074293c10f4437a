namespace ProcessManager.Os;

/// <summary>
/// Tells for each process of a pass to which of some trees it belongs, if to any. The children of a manager that is itself a member are that
/// manager's, with all that descends from them: they belong to no tree here.
/// </summary>
internal sealed class TreeCensus
{
    private static readonly int Self = Environment.ProcessId;

    private readonly ProcTable _table;
    private readonly Tree?[] _owners;
    private readonly Dictionary<(ProcessId, Epoch), Tree> _byMark = [];
    private readonly Dictionary<int, Tree> _bySession = [];
    private readonly Dictionary<int, (long Ticks, Tree Tree)> _byMember = [];
    private readonly IReadOnlyDictionary<int, Tree> _byGroup;

    private TreeCensus(ProcTable table, IReadOnlyCollection<Tree> trees, IReadOnlyDictionary<int, Tree> byGroup)
    {
        _table = table;
        _byGroup = byGroup;
        _owners = new Tree?[table.Rows.Length];
        foreach (var tree in trees)
        {
            NoteTraces(tree);
        }
    }

    /// <returns>The living members of each tree, by OS pid with their start ticks; also notes whether its session is still held.</returns>
    /// <param name="byGroup">Who was in the control groups of the trees that have one, right before the pass: <see cref="GroupMembers"/>.</param>
    public static Dictionary<Tree, Dictionary<int, long>> Take(ProcTable table, IReadOnlyCollection<Tree> trees, IReadOnlyDictionary<int, Tree> byGroup)
    {
        var census = new TreeCensus(table, trees, byGroup);
        census.FollowTraces();
        census.FollowSessions();
        var members = trees.ToDictionary(x => x, _ => new Dictionary<int, long>());
        for (var i = 0; i < table.Rows.Length; i++)
        {
            if (table.Rows[i].IsAlive && census.FollowParents(i) is { } tree)
            {
                members[tree][table.Rows[i].OsPid] = table.Rows[i].StartTicks;
            }
        }

        return members;
    }

    /// <summary>The processes in the control groups of those trees that have one.</summary>
    public static Dictionary<int, Tree> GroupMembers(IEnumerable<Tree> trees)
    {
        var byGroup = new Dictionary<int, Tree>();
        foreach (var tree in trees)
        {
            if (tree.Group is { } group)
            {
                List<int> pids = [];
                group.AddMembers(pids);
                pids.ForEach(pid => byGroup[pid] = tree);
            }
        }

        return byGroup;
    }

    private void NoteTraces(Tree tree)
    {
        if (!tree.ByDescent)
        {
            _byMark[(tree.Id, tree.Mark)] = tree;
        }

        foreach (var (pid, ticks) in tree.Members)
        {
            _byMember[pid] = (ticks, tree);
        }

        if (tree.Leader is { } leader)
        {
            _byMember[leader.OsPid] = (leader.StartTicks, tree);

            if (tree.ByDescent)
            {
                return;
            }

            // Of two trees with the same leader's number the older one has lost it.
            if (!_bySession.TryGetValue(leader.OsPid, out var other) || other.Leader!.StartTicks < leader.StartTicks)
            {
                _bySession[leader.OsPid] = tree;
            }
        }
    }

    private void FollowTraces()
    {
        for (var i = 0; i < _owners.Length; i++)
        {
            var row = _table.Rows[i];
            if (row.OsPid == Self || IsAnothers(row))
            {
                continue;
            }

            if (row.Mark is { } mark && _byMark.TryGetValue((mark.Id, mark.Epoch), out var marked))
            {
                _owners[i] = marked;
            }
            else if (_byMember.TryGetValue(row.OsPid, out var member) && member.Ticks == row.StartTicks)
            {
                _owners[i] = member.Tree;
            }
            else if (_byGroup.TryGetValue(row.OsPid, out var grouped))
            {
                _owners[i] = grouped;
            }
        }
    }

    /// <summary>A session counts while something proves that it is still the tree's: a member in it, or that it never was empty.</summary>
    private void FollowSessions()
    {
        var held = new HashSet<Tree>();
        foreach (var (number, tree) in _bySession)
        {
            var leader = _table.Find(number);
            if (tree.SessionHeld && (leader < 0 || _table.Rows[leader].StartTicks == tree.Leader!.StartTicks))
            {
                held.Add(tree);
            }

            tree.SessionHeld = false;
        }

        for (var i = 0; i < _owners.Length; i++)
        {
            if (_owners[i] is { } owner && _bySession.TryGetValue(_table.Rows[i].Session, out var tree) && owner == tree)
            {
                held.Add(tree);
            }
        }

        for (var i = 0; i < _owners.Length; i++)
        {
            var row = _table.Rows[i];
            if (_bySession.TryGetValue(row.Session, out var tree) && held.Contains(tree) && row.StartTicks >= tree.Leader!.StartTicks && row.OsPid != Self && !IsAnothers(row))
            {
                _owners[i] ??= tree;
                tree.SessionHeld = true;
            }
        }
    }

    /// <summary>The owner of a process is that of its nearest ancestor that has one; the manager itself, and another's children, are nobody's.</summary>
    private Tree? FollowParents(int row)
    {
        var at = row;
        for (var depth = 0; _owners[at] is null && depth < _owners.Length; depth++)
        {
            var parent = _table.Find(_table.Rows[at].Parent);

            // A parent that started later is another process that got the parent's number while the pass went on.
            if (parent < 0 || _table.Rows[at].OsPid == Self || IsAnothers(_table.Rows[at]) || _table.Rows[parent].StartTicks > _table.Rows[at].StartTicks)
            {
                return null;
            }

            at = parent;
        }

        return _owners[row] = _owners[at];
    }

    /// <summary>Another manager's mark stands after ours.</summary>
    private static bool IsAnothers(in ProcRow row) => row.Mark is { Innermost: false };
}
