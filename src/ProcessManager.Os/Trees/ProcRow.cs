namespace ProcessManager.Os;

/// <summary>What one pass over /proc saw of one process.</summary>
/// <param name="Session">The OS pid of the session's leader, who may be gone.</param>
/// <param name="IsAlive">False for a zombie.</param>
/// <param name="Mark">The last mark of this manager in its environment, if any.</param>
internal readonly record struct ProcRow(int OsPid, int Parent, int Session, bool IsAlive, long StartTicks, RunMark? Mark);
