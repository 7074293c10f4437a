namespace ProcessManager.Os;

/// <summary>One attempt: what is known of it, and what is held for it. Only touched by its process' lane.</summary>
internal sealed class Child(Tree tree, ProcessSpec? spec)
{
    public Epoch Epoch => Tree.Epoch;

    /// <summary>Another one once another member is the main child.</summary>
    public Tree Tree { get; set; } = tree;

    /// <summary>Null when all that is known of it is its mark.</summary>
    public ProcessSpec? Spec { get; } = spec;

    /// <summary>Somebody else started it.</summary>
    public bool Attached { get; init; }

    /// <summary>It was let go of: what becomes of it is told to nobody.</summary>
    public bool Gone { get; set; }

    /// <summary>The hold on the main child while it lives.</summary>
    public PidFd? Main { get; set; }

    public ExitWatch? Watch { get; set; }

    public StdinWriter? Stdin { get; set; }

    public IdleWatch? Idle { get; set; }

    public AttemptHealth? Health { get; set; }

    /// <summary>By a signal of ours.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Where it speaks of itself, if it is to.</summary>
    public NotifyInbox? Inbox { get; set; }

    /// <summary>Shows its output on our own streams; null: it isn't to.</summary>
    public Echo? Echo { get; set; }

    /// <summary>Where the guard keeps it.</summary>
    public int? GuardSlot { get; set; }

    /// <summary>What was asked for last to end its tree.</summary>
    public SupervisorCommand.EndTree? Ending { get; set; }

    // What was reported, to be told again until it is journaled.
    public SupervisorReport.Spawned? Spawned { get; set; }

    public SupervisorReport.StartFailed? StartFailed { get; set; }

    public SupervisorReport.MainChanged? MainChanged { get; set; }

    public SupervisorReport.Exited? Exited { get; set; }

    public SupervisorReport.TreeEmpty? TreeEmpty { get; set; }

    /// <summary>Whether the main child's end is still to come.</summary>
    public bool MainLives => Main is not null && Exited is null;

    public IEnumerable<SupervisorReport> Reports => new SupervisorReport?[] { StartFailed, Spawned, MainChanged, Exited, TreeEmpty }.OfType<SupervisorReport>().Concat(Health?.Reports ?? []);
}
