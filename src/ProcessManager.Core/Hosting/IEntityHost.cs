namespace ProcessManager;

/// <summary>
/// What an entity is given by its host: a clock, an append, an alarm, and somebody to hand effects to. A host holds no rule. There are two: on one machine, with a
/// database of its own, and on a cluster, where an activation is the host of one entity.
/// </summary>
internal interface IEntityHost
{
    TimeProvider Clock { get; }

    /// <summary>
    /// Whether a failed append has certainly written nothing. Only then may an entity go on in memory with what it couldn't write; else it has to be loaded again.
    /// </summary>
    bool AppendIsAllOrNothing { get; }

    /// <summary>
    /// Writes a turn, all of it or nothing, and calls <see cref="ProcessTurn.Install"/> once it is written: before its events are told, so that who hears of an event finds
    /// the state that it is about.
    /// </summary>
    /// <exception cref="ProcessManagerException">StorageFull, StorageUnavailable, Unavailable.</exception>
    Task AppendAsync(ProcessEntity entity, ProcessTurn turn);

    /// <summary>Wakes the entity at a time, which replaces the one before; null: not at all.</summary>
    void SetAlarm(ProcessEntity entity, DateTimeOffset? at);

    /// <summary>Has something done outside of the turn. Never waits for it: what comes of it is an order.</summary>
    void HandOver(ProcessEntity entity, ProcessEffect effect);

    /// <summary>The state as users see it here.</summary>
    ProcessInfo Describe(ProcessState state, AttemptResult? last);

    /// <summary>The process was removed: its id is free.</summary>
    void Forgotten(ProcessEntity entity);

    /// <summary>The entity has turns that couldn't be written: it is to be woken now and then, and each turn tries to write them too.</summary>
    void FellBehind(ProcessEntity entity);

    void Refused(ProcessId id, ProcessOrder order, ProcessManagerException refused, bool asked);

    /// <summary>A bug met an order at the turn's edge.</summary>
    void Failed(ProcessId id, ProcessOrder order, Exception bug);
}
