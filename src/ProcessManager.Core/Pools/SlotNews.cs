namespace ProcessManager;

/// <summary>What a job is to its pool.</summary>
internal enum SlotUse
{
    /// <summary>It could start at once if it had a slot.</summary>
    Waits,

    /// <summary>It has one.</summary>
    Holds,

    /// <summary>It isn't over, and needs none now: it waits for something else first, or for the time of its next try.</summary>
    Rests,
    Completed,
    Failed,
    Cancelled,

    /// <summary>Its record is gone.</summary>
    Gone,
}

/// <summary>How a job stands after a turn. Told to its pool, which is nothing but the sum of these: told again it does no harm.</summary>
/// <param name="CreatedAt">With <paramref name="Version"/>: which of two news is the newer, also of two jobs that had the same key.</param>
internal sealed record SlotNews(ProcessId Id, JobPlace Job, SlotUse Use, Epoch Epoch, DateTimeOffset CreatedAt, long Version)
{
    /// <summary>Null: the process isn't a job.</summary>
    public static SlotNews? Of(ProcessState state, bool removed) => state.Job is not { } job
        ? null
        : new SlotNews(state.Id, job, removed ? SlotUse.Gone : UseOf(state), state.Epoch, state.CreatedAt, state.Version);

    private static SlotUse UseOf(ProcessState state) => state.Phase switch
    {
        Phase.Waiting when state.BlockedBy is Blocker.Slot => SlotUse.Waits,

        // It has its slot, and looks for a node with it.
        Phase.Waiting when state.BlockedBy is Blocker.Node or Blocker.StartToken => SlotUse.Holds,
        Phase.Starting or Phase.Running or Phase.Terminating => SlotUse.Holds,

        // What its last attempt left is still being ended.
        Phase.BackingOff when state.Ladder is not null => SlotUse.Holds,
        Phase.Created or Phase.Waiting or Phase.BackingOff => SlotUse.Rests,
        Phase.Terminated or Phase.Finished => EndOf(state.Last is { } last && last.Run == state.Epoch.Run ? last.Reason : null),
        _ => throw new System.Diagnostics.UnreachableException($"phase {state.Phase}"),
    };

    /// <summary>How a job ended.</summary>
    /// <param name="reason">Of the last attempt of its last run; null: that had none.</param>
    public static SlotUse EndOf(EndReason? reason) => reason switch
    {
        EndReason.Completed => SlotUse.Completed,
        null or EndReason.Stopped or EndReason.Killed => SlotUse.Cancelled,
        _ => SlotUse.Failed,
    };
}
