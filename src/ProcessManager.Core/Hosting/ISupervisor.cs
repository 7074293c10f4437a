using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// The one owner of OS children on a machine, seen from a host. Entities hand commands over and never wait for what they do:
/// outcomes come back as reports, which are orders (see <see cref="SupervisorReport"/>).
/// </summary>
public interface ISupervisor
{
    /// <summary>
    /// Takes a command for the child of <paramref name="epoch"/>. A command of an older epoch than the last one is refused (nothing happens);
    /// one for an equal epoch is answered by the same child.
    /// </summary>
    void HandOver(ProcessId id, Epoch epoch, SupervisorCommand command);

    /// <summary>What this machine can't do of <paramref name="spec"/>: unknown users and groups, CPUs that it hasn't. Empty: nothing.</summary>
    IReadOnlyList<Fault> Check(ProcessSpec spec);
}

/// <summary>What an entity asks of the supervisor.</summary>
[JsonDerivedType(typeof(SupervisorCommand.Spawn), "spawn")]
[JsonDerivedType(typeof(SupervisorCommand.Adopt), "adopt")]
[JsonDerivedType(typeof(SupervisorCommand.Attach), "attach")]
[JsonDerivedType(typeof(SupervisorCommand.Detach), "detach")]
[JsonDerivedType(typeof(SupervisorCommand.SendSignal), "sendSignal")]
[JsonDerivedType(typeof(SupervisorCommand.EndTree), "endTree")]
[JsonDerivedType(typeof(SupervisorCommand.RunStopCommand), "runStopCommand")]
[JsonDerivedType(typeof(SupervisorCommand.RunHook), "runHook")]
[JsonDerivedType(typeof(SupervisorCommand.WatchIdle), "watchIdle")]
[JsonDerivedType(typeof(SupervisorCommand.WatchHealth), "watchHealth")]
[JsonDerivedType(typeof(SupervisorCommand.Release), "release")]
[JsonDerivedType(typeof(SupervisorCommand.Forget), "forget")]
public abstract record SupervisorCommand
{
    private SupervisorCommand()
    {
    }

    /// <summary>
    /// Start the child. Answered by <see cref="SupervisorReport.Spawned"/> or <see cref="SupervisorReport.StartFailed"/>. An epoch that the
    /// ledger knows isn't spawned again: it is answered like <see cref="Adopt"/>.
    /// </summary>
    /// <param name="Stage">Its place in a pipe, whose ends become its standard input and output.</param>
    /// <param name="Respawns">How often this epoch was found never to have run before this; told again by <see cref="SupervisorReport.NeverRan"/>.</param>
    public sealed record Spawn(ProcessSpec Spec, PipeStage? Stage = null, int Respawns = 0) : SupervisorCommand;

    /// <summary>
    /// Find the child of this epoch after the host was away, by ledger, start marker, environment mark and <paramref name="Identity"/>.
    /// Answered by Spawned (it lives), Exited (it ended; status unknown unless the kernel told it) or NeverRan.
    /// </summary>
    /// <param name="Attached">It was never started by us: it has no mark and no output here, and its tree is found by descent alone.</param>
    /// <param name="Respawns">As with <see cref="Spawn"/>.</param>
    public sealed record Adopt(ProcessSpec Spec, ChildIdentity? Identity, bool Attached = false, int Respawns = 0) : SupervisorCommand;

    /// <summary>
    /// Watch a process that somebody else started. Answered by Spawned, or by StartFailed when it is gone (NotFound), managed already
    /// (AlreadyExists) or another's (PermissionDenied).
    /// </summary>
    public sealed record Attach(ProcessSpec Spec, ChildIdentity Identity) : SupervisorCommand;

    /// <summary>Let go of what lives of any attempt, so that it is never taken for an orphan. Answered by <see cref="SupervisorReport.Detached"/>.</summary>
    public sealed record Detach : SupervisorCommand;

    /// <summary>Send a signal, to the main child or to its whole tree. Of one that has gone nothing is said.</summary>
    public sealed record SendSignal(Signal Signal, bool Tree) : SupervisorCommand;

    /// <summary>
    /// End what is left of the tree: send <paramref name="Signal"/> (and SIGCONT) to each member now, then watch. Answered once by
    /// <see cref="SupervisorReport.TreeEmpty"/>. Asked again with another signal it sends that one, with the same one it doesn't while the main child lives. With SIGKILL it goes on until nothing is left.
    /// With <see cref="KillMode.Process"/> only the main child is told, and the tree counts as empty when that has ended.
    /// </summary>
    public sealed record EndTree(Signal Signal, KillMode KillMode) : SupervisorCommand;

    /// <summary>Run the stop command beside the child. Answered by <see cref="SupervisorReport.StopCommandEnded"/>, however it goes.</summary>
    public sealed record RunStopCommand(ProcessSpec Spec, string Command, TimeSpan Limit) : SupervisorCommand;

    /// <summary>
    /// Run a hook beside the process, after those that were asked for before. Once at most; only a failure is told (<see cref="SupervisorReport.HookFailed"/>). Also of a
    /// process that is gone.
    /// </summary>
    public sealed record RunHook(ProcessSpec Spec, HookCall Call) : SupervisorCommand;

    /// <summary>
    /// Tell when nothing has been written for <paramref name="Limit"/>: answered by <see cref="SupervisorReport.Idle"/>. Ends with the child.
    /// </summary>
    public sealed record WatchIdle(TimeSpan Limit) : SupervisorCommand;

    /// <summary>
    /// Look after the child's health: ask its probes, see when it is ready, wait for its signs of life. Answered by <see cref="SupervisorReport.Probed"/>,
    /// <see cref="SupervisorReport.BecameReady"/>, <see cref="SupervisorReport.Noticed"/> and <see cref="SupervisorReport.WatchdogExpired"/>, of changes only. Asked again for
    /// the same it goes on; asked for something else, it begins anew with that. Ends with the child, and when its tree is being ended.
    /// </summary>
    /// <param name="Known">What is known already.</param>
    /// <param name="IsReady">Whether it is ready already.</param>
    public sealed record WatchHealth(HealthSpec? Health, ReadySpec? Ready, TimeSpan? Watchdog, HealthInfo? Known, bool IsReady) : SupervisorCommand;

    /// <summary>The end of this epoch is journaled: forget its ledger entry.</summary>
    public sealed record Release : SupervisorCommand;

    /// <summary>Forget the process altogether: its logs and ledger entries are deleted.</summary>
    public sealed record Forget : SupervisorCommand;
}

/// <summary>What a supervisor tells an entity. A report is repeated until it is journaled; epochs make a repeat harmless.</summary>
[JsonDerivedType(typeof(SupervisorReport.Spawned), "spawned")]
[JsonDerivedType(typeof(SupervisorReport.StartFailed), "startFailed")]
[JsonDerivedType(typeof(SupervisorReport.Exited), "exited")]
[JsonDerivedType(typeof(SupervisorReport.NeverRan), "neverRan")]
[JsonDerivedType(typeof(SupervisorReport.TreeEmpty), "treeEmpty")]
[JsonDerivedType(typeof(SupervisorReport.StopCommandEnded), "stopCommandEnded")]
[JsonDerivedType(typeof(SupervisorReport.Idle), "idle")]
[JsonDerivedType(typeof(SupervisorReport.OutputTruncated), "outputTruncated")]
[JsonDerivedType(typeof(SupervisorReport.Probed), "probed")]
[JsonDerivedType(typeof(SupervisorReport.BecameReady), "becameReady")]
[JsonDerivedType(typeof(SupervisorReport.Noticed), "noticed")]
[JsonDerivedType(typeof(SupervisorReport.WatchdogExpired), "watchdogExpired")]
[JsonDerivedType(typeof(SupervisorReport.MainChanged), "mainChanged")]
[JsonDerivedType(typeof(SupervisorReport.HookFailed), "hookFailed")]
[JsonDerivedType(typeof(SupervisorReport.Detached), "detached")]
[JsonDerivedType(typeof(SupervisorReport.NotDetached), "notDetached")]
public abstract record SupervisorReport
{
    private SupervisorReport()
    {
    }

    /// <summary>A child runs. <paramref name="Adopted"/>: it was found, not started now.</summary>
    public sealed record Spawned(ChildIdentity Child, DateTimeOffset At, bool Adopted) : SupervisorReport
    {
        /// <summary>What of its spec isn't in force on this machine, and why.</summary>
        public ValueList<string> NotEnforced { get; init; } = [];
    }

    /// <summary>No child came to be, and none will. <paramref name="Transient"/>: worth trying again (EAGAIN, ENOMEM, EMFILE, ETXTBSY).</summary>
    public sealed record StartFailed(ErrorInfo Error, bool Transient, DateTimeOffset At) : SupervisorReport;

    /// <summary>The main child ended.</summary>
    public sealed record Exited(ExitStatus Status, DateTimeOffset At, string? LastErrorLines) : SupervisorReport
    {
        /// <summary>Whether the kernel killed one of its tree because that had used up the memory it may use.</summary>
        public bool OutOfMemory { get; init; }
    }

    /// <summary>What was decided was never carried out: there was no child of this epoch.</summary>
    /// <param name="Respawns">Of the command that this answers: what was true then may not be any more when a start came after it.</param>
    public sealed record NeverRan(int Respawns = 0) : SupervisorReport;

    /// <summary>No member of the tree is left; with <see cref="KillMode.Process"/> the main child is gone and the pids in <paramref name="LeftBehind"/> live on.</summary>
    public sealed record TreeEmpty(ValueList<int> LeftBehind, DateTimeOffset At) : SupervisorReport;

    public sealed record StopCommandEnded(string? Problem, DateTimeOffset At) : SupervisorReport;

    public sealed record Idle(DateTimeOffset At) : SupervisorReport;

    /// <summary>A probe's status is another; or, once, why it hasn't passed yet.</summary>
    public sealed record Probed(ProbeKind Probe, ProbeStatus Status, string? Error, DateTimeOffset At) : SupervisorReport;

    /// <summary>What makes it ready has happened; of probes <see cref="Probed"/> tells.</summary>
    public sealed record BecameReady(DateTimeOffset At) : SupervisorReport;

    /// <summary>All that the process says of itself now.</summary>
    public sealed record Noticed(ServiceStage? Stage, string? Message, DateTimeOffset? ReadyExtendedTo, DateTimeOffset At) : SupervisorReport;

    public sealed record WatchdogExpired(DateTimeOffset At) : SupervisorReport;

    /// <summary>Another member of the tree is the main child from now on, as the process itself said (<c>MAINPID</c>).</summary>
    public sealed record MainChanged(ChildIdentity Child, DateTimeOffset At) : SupervisorReport;

    /// <summary>A hook couldn't be started, exited with something else than 0, or ran too long.</summary>
    public sealed record HookFailed(string Hook, string Problem, DateTimeOffset At) : SupervisorReport;

    /// <summary>It was let go of.</summary>
    /// <param name="Output">Where its output is now, if it wrote to the manager's log.</param>
    public sealed record Detached(string? Output, DateTimeOffset At) : SupervisorReport;

    /// <summary>It couldn't be let go of, and is owned as before.</summary>
    public sealed record NotDetached(ErrorInfo Error) : SupervisorReport;

    /// <summary>The child cut its own log; what it writes from now on stands at <paramref name="Offset"/> and later.</summary>
    public sealed record OutputTruncated(LogStream Stream, long Offset, DateTimeOffset At) : SupervisorReport;
}

/// <summary>How a child ended, as the kernel told it.</summary>
[JsonDerivedType(typeof(ExitStatus.Code), "code")]
[JsonDerivedType(typeof(ExitStatus.BySignal), "bySignal")]
[JsonDerivedType(typeof(ExitStatus.Unknown), "unknown")]
[JsonDerivedType(typeof(ExitStatus.Rebooted), "rebooted")]
public abstract record ExitStatus
{
    private ExitStatus()
    {
    }

    public sealed record Code(int Value) : ExitStatus;

    public sealed record BySignal(Signal Signal, bool CoreDumped) : ExitStatus;

    /// <summary>It ended, and nobody saw how.</summary>
    public sealed record Unknown : ExitStatus;

    /// <summary>Its boot is over: the machine was restarted.</summary>
    public sealed record Rebooted : ExitStatus;
}
