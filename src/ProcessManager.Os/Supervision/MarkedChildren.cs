namespace ProcessManager.Os;

/// <summary>
/// The main children of this manager that lived when it started, by their marks. Read once: whoever carries its mark was started under the lock
/// of the data directory, so what isn't seen now doesn't turn up later.
/// </summary>
internal sealed class MarkedChildren(Guid manager)
{
    private readonly Lazy<Dictionary<(ProcessId, Epoch), ChildIdentity>> _all = new(() => Read(manager));

    public ChildIdentity? Find(ProcessId id, Epoch epoch) => _all.Value.GetValueOrDefault((id, epoch));

    private static Dictionary<(ProcessId, Epoch), ChildIdentity> Read(Guid manager)
    {
        var table = new ProcTable(manager);
        table.Read();
        var children = new Dictionary<(ProcessId, Epoch), ChildIdentity>();
        foreach (var row in table.Rows)
        {
            // The main child leads its session; of several leaders with the mark the others were started by it.
            if (row is { IsAlive: true, Mark: { Innermost: true } mark } && row.Session == row.OsPid
                && (!children.TryGetValue((mark.Id, mark.Epoch), out var other) || row.StartTicks < other.StartTicks))
            {
                children[(mark.Id, mark.Epoch)] = new ChildIdentity(ChildIdentities.BootId, row.OsPid, row.StartTicks);
            }
        }

        return children;
    }
}
