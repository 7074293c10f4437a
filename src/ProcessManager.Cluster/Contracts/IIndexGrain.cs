using Orleans;

namespace ProcessManager.Cluster;

/// <summary>
/// One partition of the index of all processes, by the hash of their ids (<see cref="IndexPartitions"/>): who there is, how they were last seen, and who wants to be woken
/// when, so that idle processes can stay asleep. Everything may be repeated; Unavailable: repeat it.
/// </summary>
internal interface IIndexGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// A process is about to be created: durable when answered; before the process' own record is written. It is shown once it has been updated; one that isn't, within half a
    /// minute, is asked whether it was created.
    /// </summary>
    /// <exception cref="ProcessManagerException">As answer: LimitExceeded, StorageUnavailable.</exception>
    Task<Answer<bool>> AddAsync(ProcessInfo info);

    /// <summary>A quiet member is about to do something: durable when answered.</summary>
    Task<Answer<bool>> BusyAsync(ProcessId id);

    /// <summary>
    /// How it is after a turn. In force when answered. Written down later, where <see cref="BusyAsync"/> has seen to it that a crash makes the partition ask; otherwise durable when
    /// answered. What was overtaken by something newer is left out.
    /// </summary>
    Task<Answer<bool>> UpdateAsync(IndexEntry entry);

    /// <summary>The process is gone: durable when answered.</summary>
    /// <param name="createdAt">Of the process that is gone, so that a late call doesn't remove another of the same id.</param>
    Task<Answer<bool>> RemoveAsync(ProcessId id, DateTimeOffset createdAt);

    /// <summary>
    /// Those that match, by id (ordinal), after <see cref="ProcessQuery.After"/>; at most one more than the query's limit. Unavailable: not all of them could be asked how they are.
    /// </summary>
    Task<Answer<ValueList<ProcessInfo>>> ListAsync(ProcessQuery query);

    /// <summary>Ids that match, all of them.</summary>
    Task<Answer<ValueList<ProcessId>>> IdsAsync(ProcessQuery query);

    Task<Answer<IndexCounts>> CountAsync();

    /// <summary>Be active: somebody saw that a silo has gone, and this partition may have been on it.</summary>
    Task TouchAsync();
}

/// <summary>A member as its partition knows it.</summary>
/// <param name="WakeAt">When it wants to be woken; null: never.</param>
/// <param name="Quiet">Nothing is under way: nobody but <paramref name="WakeAt"/> needs to wake it, whatever dies.</param>
/// <param name="Away">Its node is away, as far as it knows.</param>
internal sealed record IndexEntry(ProcessInfo Info, DateTimeOffset? WakeAt, bool Quiet, bool Away = false);

/// <param name="Failed">Over, with another reason than Completed, Stopped or Killed.</param>
internal sealed record IndexCounts(int Total, int Running, int Terminating, int Failed);
