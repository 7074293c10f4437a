namespace ProcessManager;

/// <summary>A process after a turn, as calls and conditions need it.</summary>
/// <param name="State">Without its spec where it has crossed a silo.</param>
/// <param name="Last">The last attempt that ended, with its error lines.</param>
/// <param name="Info">What a caller is answered.</param>
/// <param name="Removed">It is gone: this is the last that was known of it.</param>
internal sealed record ProcessView(ProcessState State, AttemptResult? Last, ProcessInfo Info, bool Removed);
