using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// One partition of the index of all processes, by the hash of their ids (<see cref="IndexPartitions"/>): who there is, how they were last seen, and who wants to be woken
/// when, so that idle processes can stay asleep.
/// </summary>
internal interface IIndexGrain : IGrainWithIntegerKey
{
    /// <summary>Durable when answered; before the process' own record is written. Repeating it is harmless.</summary>
    /// <exception cref="ProcessManagerException">As answer: LimitExceeded.</exception>
    Task<Answer<bool>> AddAsync(ProcessInfo info);

    /// <summary>A quiet member is about to do something: durable when answered.</summary>
    Task<Answer<bool>> BusyAsync(ProcessId id);

    /// <summary>How it is after a turn. In force when answered; written down later, if at all.</summary>
    Task UpdateAsync(IndexEntry entry);

    /// <summary>The process is gone.</summary>
    Task RemoveAsync(ProcessId id);

    /// <summary>Those that match, by id (ordinal), after <see cref="ProcessQuery.After"/>; at most one more than the query's limit.</summary>
    Task<ValueList<ProcessInfo>> ListAsync(ProcessQuery query);

    /// <summary>Ids that match, all of them.</summary>
    Task<ValueList<ProcessId>> IdsAsync(ProcessQuery query);

    Task<IndexCounts> CountAsync();

    /// <summary>Be active: somebody saw that a silo has gone, and this partition may have been on it.</summary>
    Task TouchAsync();
}

/// <summary>A member as its partition knows it.</summary>
/// <param name="WakeAt">When it wants to be woken; null: never.</param>
/// <param name="Quiet">Nothing is under way: nobody but <paramref name="WakeAt"/> needs to wake it, whatever dies.</param>
internal sealed record IndexEntry(ProcessInfo Info, DateTimeOffset? WakeAt, bool Quiet);

internal sealed record IndexCounts(int Total, int Running, int Terminating, int Failed);
