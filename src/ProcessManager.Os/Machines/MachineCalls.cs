namespace ProcessManager.Os;

/// <summary>What a machine tells its host, and asks it. None of them may block.</summary>
/// <param name="Report">
/// Told what came of commands, as <see cref="LocalSupervisor"/> tells it; also of a child that cut its own log
/// (<see cref="SupervisorReport.OutputTruncated"/>), which is told once and never repeated.
/// </param>
/// <param name="Granted">Told that an attempt has the start token that it asked for.</param>
/// <param name="Holdings">
/// Asked what the processes with logs here are, when these take too much. What isn't named keeps its logs. A host that can't say now throws a
/// <see cref="ProcessManagerException"/>; it is asked again at the next look.
/// </param>
internal sealed record MachineCalls(
    Action<ProcessId, Epoch, SupervisorReport> Report,
    Action<ProcessId, Epoch> Granted,
    Func<CancellationToken, Task<IReadOnlyList<LogHolding>>> Holdings);
