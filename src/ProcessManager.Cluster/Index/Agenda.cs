namespace ProcessManager.Cluster;

/// <summary>Which members are to be asked how they are, and when: each at one time at most.</summary>
internal sealed class Agenda
{
    private readonly Dictionary<ProcessId, DateTimeOffset> _at = [];
    private readonly SortedSet<(DateTimeOffset At, string Id)> _order = new(Comparer<(DateTimeOffset At, string Id)>.Create((one, other) =>
        one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Id, other.Id)));

    /// <summary>When the next is due.</summary>
    public DateTimeOffset? Next => _order.Count == 0 ? null : _order.Min.At;

    /// <param name="at">Instead of any other time; null: not to be asked.</param>
    public void Set(ProcessId id, DateTimeOffset? at)
    {
        if (_at.Remove(id, out var before))
        {
            _order.Remove((before, id.Value));
        }

        if (at is { } time)
        {
            _at[id] = time;
            _order.Add((time, id.Value));
        }
    }

    /// <summary>The first that is due, which isn't on the agenda any more then.</summary>
    public ProcessId? TakeDue(DateTimeOffset now)
    {
        if (_order.Count == 0 || _order.Min.At > now)
        {
            return null;
        }

        var id = ProcessId.Parse(_order.Min.Id);
        Set(id, null);
        return id;
    }
}
