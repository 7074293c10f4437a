namespace ProcessManager.Os;

/// <summary>What the ledger knows of one child.</summary>
internal sealed record LedgerRecord(ProcessId Id, Epoch Epoch)
{
    /// <summary>The boot in which its start was decided; null when the file is torn before that.</summary>
    public string? BootId { get; init; }

    /// <summary>Whether the child made its marker, which it does right before it becomes the command.</summary>
    public bool Started { get; init; }

    /// <summary>The directory of its control group; null: it has none.</summary>
    public string? Group { get; init; }

    /// <summary>Null: it wasn't written down before the manager went.</summary>
    public ChildIdentity? Child { get; init; }

    public DateTimeOffset SpawnedAt { get; init; }

    /// <summary>How it ended, if a manager saw it.</summary>
    public ExitStatus? Status { get; init; }

    public DateTimeOffset EndedAt { get; init; }
}
