namespace ProcessManager;

/// <summary>One process, wherever it lives: an entity in this process, or a grain on some silo.</summary>
internal interface IProcessDoor
{
    ProcessId Id { get; }

    Task<ProcessView> LookAsync(CancellationToken cancellationToken);

    /// <summary>Takes an order; answers after its turn. Cancelling ends the call, not the turn.</summary>
    /// <exception cref="ProcessManagerException">NotFound; the order was refused, or couldn't be written.</exception>
    Task<ProcessView> TakeAsync(ProcessOrder order, CancellationToken cancellationToken);

    /// <summary>The process once a condition holds for it; at once when it does already, and when it was removed.</summary>
    Task<ProcessView> UntilAsync(ProcessCondition condition, CancellationToken cancellationToken);
}
