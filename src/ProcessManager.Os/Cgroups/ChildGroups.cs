namespace ProcessManager.Os;

/// <summary>
/// The control groups of the children of one manager: for those whose specs limit what they use, and for all where libc can have a child born in one
/// (moving it afterwards costs more than its start, and a fork may have escaped by then).
/// </summary>
/// <param name="forAll">Null: where libc can. For tests.</param>
internal sealed class ChildGroups(CgroupRoot root, bool? forAll = null) : IDisposable
{
    private static readonly (string Field, string File, string Controller, Func<ResourceSpec, bool> Wanted)[] Limits =
    [
        ("memoryMax", "memory.max", "memory", x => x.MemoryMax is not null),
        ("memoryHigh", "memory.high", "memory", x => x.MemoryHigh is not null),
        ("cpuMax", "cpu.max", "cpu", x => x.CpuMax is not null),
        ("pidsMax", "pids.max", "pids", x => x.PidsMax is not null),
    ];

    /// <summary>Makes the group of an attempt and sets its limits.</summary>
    /// <returns>Null: it runs without one.</returns>
    /// <exception cref="ProcessManagerException">StartFailed: a limit is required and can't be enforced.</exception>
    public ControlGroup? Make(ProcessId id, Epoch epoch, ResourceSpec resources)
    {
        if (resources.IsNone && !(forAll ?? PosixSpawn.HasSetGroup))
        {
            return null;
        }

        var group = root.TryMake(id, epoch, limited: !resources.IsNone, out var problem);
        try
        {
            group?.Limit(resources);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            group?.Remove();
            throw new ProcessManagerException(ErrorCode.StartFailed, $"The limits of {id} can't be set: {e.Message}", e);
        }

        if (resources.Required && Gaps(resources, group, problem) is { Count: > 0 } gaps)
        {
            group?.Remove();
            throw new ProcessManagerException(ErrorCode.StartFailed, $"\"{id}\" isn't to run without its limits: {string.Join("; ", gaps)}.");
        }

        return group;
    }

    /// <summary>The group that an attempt was given earlier; null when it had none.</summary>
    /// <param name="path">What the ledger says.</param>
    public ControlGroup? Find(ProcessId id, Epoch epoch, string? path)
    {
        var known = path ?? (root.Ability.Directory is { } given ? root.PathOf(given, id, epoch) : null);
        return Directory.Exists(known) ? new ControlGroup(known) : null;
    }

    /// <summary>What of the limits isn't in force, and why.</summary>
    /// <param name="group">Where the child is; null: in none of its own.</param>
    /// <param name="problem">Why not in one; null: what was found of the host says it.</param>
    public ValueList<string> Gaps(ResourceSpec resources, ControlGroup? group, string? problem = null) =>
    [
        .. Limits
            .Where(limit => limit.Wanted(resources) && group?.Has(limit.File) != true)
            .Select(limit => $"resources.{limit.Field}: {root.Ability.Missing(limit.Controller) ?? problem ?? root.Problem ?? "the process isn't in a cgroup of its own"}"),
    ];

    /// <summary>Removes the groups of attempts that nobody knows, as far as nobody is in them: what a killed manager left.</summary>
    public void RemoveUnknown(Func<ProcessId, Epoch, bool> isKnown)
    {
        foreach (var (id, epoch, group) in root.All())
        {
            if (!isKnown(id, epoch))
            {
                group.Remove();
            }
        }
    }

    public void Dispose() => root.Dispose();
}
