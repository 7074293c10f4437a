namespace ProcessManager;

/// <summary>A decided turn on its way to storage.</summary>
/// <param name="Changes">Of this turn.</param>
/// <param name="Unwritten">These, after those of earlier turns that couldn't be written.</param>
/// <param name="Events">What is told of <paramref name="Unwritten"/>.</param>
/// <param name="Began">When the present start, or the present way down, began; for timing.</param>
/// <param name="Install">To be called once it is written: puts the state in force.</param>
internal sealed record ProcessTurn(
    ProcessState Before,
    ProcessState After,
    ValueList<ProcessChange> Changes,
    ValueList<ProcessChange> Unwritten,
    ValueList<ProcessEvent> Events,
    DateTimeOffset? Began,
    Action Install)
{
    /// <summary>The record goes with this turn.</summary>
    public bool Removes => Unwritten.Any(change => change is ProcessChange.Removed);
}
