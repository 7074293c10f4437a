using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// What can be asked of a process, told to it, or ring for it. Orders for one process are taken strictly one after another. Those that may
/// begin an attempt carry where; null on a host with one machine, and for "where it is".
/// </summary>
[JsonDerivedType(typeof(ProcessOrder.Start), "start")]
[JsonDerivedType(typeof(ProcessOrder.Stop), "stop")]
[JsonDerivedType(typeof(ProcessOrder.Kill), "kill")]
[JsonDerivedType(typeof(ProcessOrder.Restart), "restart")]
[JsonDerivedType(typeof(ProcessOrder.SendSignal), "sendSignal")]
[JsonDerivedType(typeof(ProcessOrder.Attach), "attach")]
[JsonDerivedType(typeof(ProcessOrder.Detach), "detach")]
[JsonDerivedType(typeof(ProcessOrder.Update), "update")]
[JsonDerivedType(typeof(ProcessOrder.Remove), "remove")]
[JsonDerivedType(typeof(ProcessOrder.Recover), "recover")]
[JsonDerivedType(typeof(ProcessOrder.Wake), "wake")]
[JsonDerivedType(typeof(ProcessOrder.StartToken), "startToken")]
[JsonDerivedType(typeof(ProcessOrder.SlotGranted), "slotGranted")]
[JsonDerivedType(typeof(ProcessOrder.CleanedUp), "cleanedUp")]
[JsonDerivedType(typeof(ProcessOrder.Placed), "placed")]
[JsonDerivedType(typeof(ProcessOrder.DependencyNews), "dependencyNews")]
[JsonDerivedType(typeof(ProcessOrder.NodeGone), "nodeGone")]
[JsonDerivedType(typeof(ProcessOrder.NodeBack), "nodeBack")]
[JsonDerivedType(typeof(ProcessOrder.Reported), "reported")]
public abstract record ProcessOrder
{
    private ProcessOrder()
    {
    }

    public sealed record Start(Placement? Placement = null) : ProcessOrder;

    public sealed record Stop(TimeSpan? Grace) : ProcessOrder;

    public sealed record Kill : ProcessOrder;

    public sealed record Restart(TimeSpan? Grace, Placement? Placement = null) : ProcessOrder;

    public sealed record SendSignal(Signal Signal, bool Tree) : ProcessOrder;

    /// <summary>The first order of a process that runs already.</summary>
    public sealed record Attach(Attachment Attached, Placement? Placement = null) : ProcessOrder;

    /// <summary>Forget it and leave it running.</summary>
    public sealed record Detach : ProcessOrder;

    public sealed record Update(ProcessSpec Spec, long? IfVersion, Placement? Placement = null) : ProcessOrder;

    public sealed record Remove(TimeSpan? Grace) : ProcessOrder;

    /// <summary>The host came up again: find out what became of the child, and go on.</summary>
    public sealed record Recover : ProcessOrder;

    /// <summary>The time of <see cref="ProcessMachine.WakeAt"/> has come.</summary>
    /// <param name="Placement">For a run that a schedule opens.</param>
    public sealed record Wake(Placement? Placement = null) : ProcessOrder;

    /// <summary>The bucket of automatic starts has a token for this epoch.</summary>
    public sealed record StartToken(Epoch Epoch) : ProcessOrder;

    /// <summary>Its pool has a slot for this epoch.</summary>
    public sealed record SlotGranted(Epoch Epoch, Placement? Placement = null) : ProcessOrder;

    /// <summary>The supervisor has forgotten the ended attempt.</summary>
    public sealed record CleanedUp(Epoch Epoch) : ProcessOrder;

    /// <summary>Where this epoch goes, or why there is still no node for it.</summary>
    public sealed record Placed(Epoch Epoch, Placement Placement) : ProcessOrder;

    /// <summary>How some of what this epoch waits for stands.</summary>
    /// <param name="Placement">Where it goes if that was the last.</param>
    public sealed record DependencyNews(Epoch Epoch, ValueList<DependencyStanding> Standings, Placement? Placement = null) : ProcessOrder;

    /// <summary>A node can't be reached any more.</summary>
    public sealed record NodeGone(string Node) : ProcessOrder;

    /// <summary>A node is there (again), and its supervisor can be asked what became of the child.</summary>
    public sealed record NodeBack(string Node) : ProcessOrder;

    /// <summary>What the supervisor has to say of the child of an epoch.</summary>
    public sealed record Reported(Epoch Epoch, SupervisorReport Report) : ProcessOrder;
}

/// <summary>What a process wants done outside of its turn.</summary>
public abstract record ProcessEffect
{
    private ProcessEffect()
    {
    }

    /// <summary>For the supervisor of a node, which may be one that the process has left; null is the only one.</summary>
    public sealed record Command(Epoch Epoch, SupervisorCommand Order, string? Node = null) : ProcessEffect;

    /// <summary>Take a token from the node's bucket of automatic starts; answered by <see cref="ProcessOrder.StartToken"/>.</summary>
    public sealed record TakeStartToken(Epoch Epoch, string? Node = null) : ProcessEffect;

    /// <summary>
    /// Look for a node, after <see cref="ProcessMachine.PlacementPause"/>; answered by <see cref="ProcessOrder.Placed"/>, which asks again while there is none.
    /// </summary>
    public sealed record Place(Epoch Epoch) : ProcessEffect;

    /// <summary>
    /// Watch other processes; answered by <see cref="ProcessOrder.DependencyNews"/>, the first of them soon and about all, whatever they are, also when there are none.
    /// It replaces what was asked for before, and is over when the process no longer waits.
    /// </summary>
    public sealed record AwaitDependencies(Epoch Epoch, ValueList<Dependency> On) : ProcessEffect;

    /// <summary>The supervisor forgets the ended attempt; answered by <see cref="ProcessOrder.CleanedUp"/>.</summary>
    public sealed record CleanUp(Epoch Epoch, string? Node = null) : ProcessEffect;

    /// <summary>Delete the records and output of attempts that ended before a time.</summary>
    public sealed record PurgeRuns(DateTimeOffset EndedBefore) : ProcessEffect;
}
