namespace ProcessManager.Os;

/// <summary>Finds what carries a mark of this manager and is known to nobody, and ends it: SIGTERM, then SIGKILL to what is left.</summary>
internal static class Orphans
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Orphan> End(Guid manager, TreeSweep sweep, TimeProvider clock, Func<ProcessId, Epoch, bool> isKnown)
    {
        var found = Marked(manager).Where(mark => !isKnown(mark.Key.Id, mark.Key.Epoch)).ToDictionary();
        foreach (var (id, epoch) in found.Keys)
        {
            End(new Tree(id, epoch, null), sweep, clock);
        }

        return [.. found.Select(x => new Orphan(x.Key.Id, x.Key.Epoch, [.. x.Value]))];
    }

    /// <summary>The attempts that living processes carry the marks of.</summary>
    public static IReadOnlyCollection<(ProcessId Id, Epoch Epoch)> Marks(Guid manager) => Marked(manager).Keys;

    private static Dictionary<(ProcessId Id, Epoch Epoch), List<int>> Marked(Guid manager)
    {
        var table = new ProcTable(manager);
        table.Read();
        var found = new Dictionary<(ProcessId Id, Epoch Epoch), List<int>>();
        foreach (var row in table.Rows)
        {
            // Only by the innermost mark: with another one after it, it is a child of a manager that was a child of ours, and perhaps that manager knows it.
            if (row is { IsAlive: true, Mark: { Innermost: true } mark } && row.OsPid != Environment.ProcessId)
            {
                if (!found.TryGetValue((mark.Id, mark.Epoch), out var members))
                {
                    found[(mark.Id, mark.Epoch)] = members = [];
                }

                members.Add(row.OsPid);
            }
        }

        return found;
    }

    private static void End(Tree tree, TreeSweep sweep, TimeProvider clock)
    {
        var kill = clock.CreateTimer(_ => sweep.End(tree, Signal.Kill, KillMode.Tree, leaderLives: false, _ => { }), null, Grace, Timeout.InfiniteTimeSpan);
        sweep.End(tree, Signal.Term, KillMode.Tree, leaderLives: false, _ => kill.Dispose());
    }
}
