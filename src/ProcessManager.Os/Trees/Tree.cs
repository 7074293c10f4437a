namespace ProcessManager.Os;

/// <summary>
/// A child and all that descends from it, also what called setsid or was re-parented. Known by several traces, each of which may be missing: the
/// session of the main child, the mark in the environment, descent from a member, and having been a member in an earlier pass.
/// </summary>
/// <param name="id">With the epoch: the mark.</param>
/// <param name="leader">The main child; null when nobody knows which process it was.</param>
internal sealed class Tree(ProcessId id, Epoch epoch, ChildIdentity? leader)
{
    public ProcessId Id { get; } = id;

    public Epoch Epoch { get; } = epoch;

    public ChildIdentity? Leader { get; } = leader;

    /// <summary>The control group that all of it is in; null: it has none of its own.</summary>
    public ControlGroup? Group { get; init; }

    /// <summary>What its mark says: the epoch, unless another of that name was let go of (<see cref="LetGo"/>).</summary>
    public Epoch Mark { get; init; } = epoch;

    /// <summary>Somebody else started it: neither its session nor a mark says what belongs to it, only descent does.</summary>
    public bool ByDescent { get; init; }

    /// <summary>When its start was begun, as a <see cref="System.Diagnostics.Stopwatch"/> timestamp; null when an earlier manager did it.</summary>
    public long? BornAt { get; init; }

    /// <summary>
    /// Whether the number of the main child still stands for its session: the kernel gives it to nobody else while a member of the session is
    /// there. Once a pass saw the session empty it may be a stranger's.
    /// </summary>
    public bool SessionHeld { get; set; }

    /// <summary>The living members of the pass before, by start ticks.</summary>
    public Dictionary<int, long> Members { get; private set; } = [];

    /// <summary>The same tree, for somebody who looks at it apart from its sweep.</summary>
    public Tree Apart() => new(Id, Epoch, Leader) { Mark = Mark, ByDescent = ByDescent, SessionHeld = !ByDescent, Group = Group };

    /// <summary>Takes over the members that a pass found.</summary>
    /// <returns>Whether they are others than before.</returns>
    public bool Remember(Dictionary<int, long> members)
    {
        var changed = members.Count != Members.Count || members.Any(x => !Members.TryGetValue(x.Key, out var ticks) || ticks != x.Value);
        Members = members;
        return changed;
    }
}
