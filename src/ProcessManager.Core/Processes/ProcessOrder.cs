namespace ProcessManager;

/// <summary>What can be asked of a process, told to it, or ring for it. Orders for one process are taken strictly one after another.</summary>
public abstract record ProcessOrder
{
    private ProcessOrder()
    {
    }

    public sealed record Start : ProcessOrder;

    public sealed record Stop(TimeSpan? Grace) : ProcessOrder;

    public sealed record Kill : ProcessOrder;

    public sealed record Restart(TimeSpan? Grace) : ProcessOrder;

    public sealed record SendSignal(Signal Signal, bool Tree) : ProcessOrder;

    public sealed record Update(ProcessSpec Spec, long? IfVersion) : ProcessOrder;

    public sealed record Remove(TimeSpan? Grace) : ProcessOrder;

    /// <summary>The host came up again: find out what became of the child, and go on.</summary>
    public sealed record Recover : ProcessOrder;

    /// <summary>The time of <see cref="ProcessMachine.WakeAt"/> has come.</summary>
    public sealed record Wake : ProcessOrder;

    /// <summary>The bucket of automatic starts has a token for this epoch.</summary>
    public sealed record StartToken(Epoch Epoch) : ProcessOrder;

    /// <summary>The supervisor has forgotten the ended attempt.</summary>
    public sealed record CleanedUp(Epoch Epoch) : ProcessOrder;

    /// <summary>What the supervisor has to say of the child of an epoch.</summary>
    public sealed record Reported(Epoch Epoch, SupervisorReport Report) : ProcessOrder;
}

/// <summary>What a process wants done outside of its turn.</summary>
public abstract record ProcessEffect
{
    private ProcessEffect()
    {
    }

    /// <summary>For the supervisor.</summary>
    public sealed record Command(Epoch Epoch, SupervisorCommand Order) : ProcessEffect;

    /// <summary>Take a token from the bucket of automatic starts; answered by <see cref="ProcessOrder.StartToken"/>.</summary>
    public sealed record TakeStartToken(Epoch Epoch) : ProcessEffect;

    /// <summary>The supervisor forgets the ended attempt; answered by <see cref="ProcessOrder.CleanedUp"/>.</summary>
    public sealed record CleanUp(Epoch Epoch) : ProcessEffect;

    /// <summary>Delete the records and output of attempts that ended before a time.</summary>
    public sealed record PurgeRuns(DateTimeOffset EndedBefore) : ProcessEffect;
}
