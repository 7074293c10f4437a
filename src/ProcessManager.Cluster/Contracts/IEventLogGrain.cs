using Orleans;

namespace ProcessManager.Cluster;

/// <summary>The events of the cluster in one order: there is one such grain, its key is 0. A cursor is a position in it.</summary>
internal interface IEventLogGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Takes the events of a process, numbered by it from <paramref name="firstNumber"/>; durable when answered. Those that it has already are left out, so that repeating is harmless.
    /// </summary>
    Task<Answer<bool>> AppendAsync(ProcessId id, ValueMap<string> labels, long firstNumber, ValueList<ProcessEvent> events);

    /// <summary>Takes events that no process numbers: of orphans.</summary>
    Task<Answer<bool>> AppendNoticesAsync(ValueList<ProcessEvent> events);

    Task<Answer<long>> PositionAsync();

    /// <summary>Kept events after a position that match. With none it waits up to <paramref name="wait"/> (10 s at most) for the first.</summary>
    Task<Answer<EventPage>> ReadAsync(EventQuery query, long after, TimeSpan wait);
}

/// <param name="Events">With their cursors, in order.</param>
/// <param name="Next">Read on after this position; it may be past the last event of the page, when what follows didn't match.</param>
/// <param name="Missed">How many events after the position asked for aren't kept any more.</param>
internal sealed record EventPage(ValueList<ProcessEvent> Events, long Next, long Missed);
