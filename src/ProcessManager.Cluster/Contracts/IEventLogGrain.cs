using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The events of the cluster in one order: there is one such grain, its key is 0. A cursor is a position in it.</summary>
/// <remarks>
/// Calls give up sooner than others: a client outside of the silos isn't told when the silo that its call went to dies, so that it waits until then. All of them may be repeated.
/// </remarks>
internal interface IEventLogGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes the events of a process; durable when answered. Those that it has already are left out, so that repeating is harmless. StorageUnavailable: it isn't known what of it
    /// was taken; repeat it.
    /// </summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<bool>> AppendAsync(EventBatch batch);

    /// <summary>Takes events that no process numbers: of orphans. Repeated after a failure they may be told twice.</summary>
    Task<Answer<bool>> AppendNoticesAsync(ValueList<ProcessEvent> events);

    [ResponseTimeout("00:00:10")]
    Task<Answer<long>> PositionAsync();

    /// <summary>Kept events after a position that match. With none it waits up to <paramref name="wait"/> (5 s at most) for the first.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Answer<EventPage>> ReadAsync(EventQuery query, long after, TimeSpan wait);
}

/// <summary>Events of one process, in order; a process sends its next ones when these are taken.</summary>
/// <param name="Life">
/// Made when the process is created, and kept with it: its events are numbered from 1 over its life. The id won't do, because one that is removed and created anew begins at 1 again,
/// and nobody could tell that from a repeated first batch.
/// </param>
/// <param name="Labels">Of the process; kept with its events, which are selected by them when it is gone.</param>
/// <param name="FirstNumber">The number of the first of <paramref name="Events"/>.</param>
/// <param name="Repeated">
/// Some may have been sent before: an answer was lost, or the sender was loaded from its row and doesn't know. Then the log looks as far back as it goes, not only in its memory.
/// </param>
internal sealed record EventBatch(Guid Life, ValueMap<string> Labels, long FirstNumber, ValueList<ProcessEvent> Events, bool Repeated);

/// <param name="Events">With their cursors, in order.</param>
/// <param name="Next">Read on after this position; it may be past the last event of the page, when what follows didn't match.</param>
/// <param name="Missed">How many events after the position asked for aren't kept any more; they come before those of the page.</param>
internal sealed record EventPage(ValueList<ProcessEvent> Events, long Next, long Missed);
