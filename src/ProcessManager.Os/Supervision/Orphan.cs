namespace ProcessManager.Os;

/// <summary>A child of this manager that no record knows: it carries its mark, and was told to end.</summary>
/// <param name="OsPids">Its living members when it was found.</param>
public sealed record Orphan(ProcessId Id, Epoch Epoch, ValueList<int> OsPids);
