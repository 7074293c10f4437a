namespace ProcessManager.Os;

/// <summary>A guard that runs.</summary>
/// <param name="Ended">Completes when it has ended, for whatever reason.</param>
/// <param name="End">Kills it: one that takes nothing any more.</param>
internal sealed record GuardProcess(ChildIdentity Child, Task Ended, Action End);
