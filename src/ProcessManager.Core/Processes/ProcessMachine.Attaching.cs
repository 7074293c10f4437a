using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>
/// Processes that somebody else started, and letting go of one's own. A record goes only after its machine has let go: else a child whose mark nobody knows
/// would be taken for an orphan and ended.
/// <code>
/// Detach ── Detaching ─► the machine notes that the marks are nobody's ─► Detached, Removed
///              └ the manager goes away here: it asks again when it is back
/// </code>
/// </content>
public static partial class ProcessMachine
{
    private static Decision Attach(ProcessState state, ProcessOrder.Attach attach, DateTimeOffset now)
    {
        var epoch = new Epoch(1, 1);
        var node = (attach.Placement as Placement.On)?.Node;
        return new(
            [new ProcessChange.GoalSet(Goal.Up, StartNext: false, now), new ProcessChange.Attaching(epoch, attach.Attached, now, node)],
            [new ProcessEffect.Command(epoch, new SupervisorCommand.Attach(state.Spec, attach.Attached.Child), node)]);
    }

    private static Decision Detach(ProcessState state, DateTimeOffset now) => state switch
    {
        { NodeProblem: { } away } => Decision.Refuse(away.Code, $"\"{state.Id}\" can't be let go of: {away.Message}."),
        { Attached: null, Spec.Output.Mode: OutputMode.Terminal or OutputMode.Pipe } =>
            Decision.Refuse(ErrorCode.InvalidState, $"\"{state.Id}\" can't be left running: its output goes through the manager, and would break off."),
        { Phase: Phase.Starting or Phase.Running, Child: not null, Ladder: null, Goal: not Goal.Gone } =>
            new([new ProcessChange.Detaching(now)], [Told(state, new SupervisorCommand.Detach())]),
        _ => Decision.Refuse(ErrorCode.InvalidState, $"\"{state.Id}\" has no child that could be left running; its phase is {state.Phase}. Removing it forgets it."),
    };

    /// <summary>The spec without what can't be seen of a process that somebody else started: what it writes, and what it would tell us.</summary>
    private static ProcessSpec Seen(ProcessState state) => state.Attached is null ? state.Spec : state.Spec with
    {
        IdleTimeout = null,
        Watchdog = null,
        Ready = state.Spec.Ready is { By: ReadyBy.Port or ReadyBy.Probe } ready ? ready : null,
    };

    private static Decision HearDetached(ProcessState state, SupervisorReport.Detached detached, DateTimeOffset now) =>
        new([new ProcessChange.Detached(detached.Output, now), new ProcessChange.Removed(now)], Forget(state));

    /// <summary>Nothing that was told of it meanwhile was heard: it is asked for again.</summary>
    private static Decision HearNotDetached(ProcessState state, SupervisorReport.NotDetached failed, DateTimeOffset now) =>
        new([new ProcessChange.NotDetached(failed.Error, now)], Recover(state with { Detaching = false }).Effects);

    /// <summary>Why a new attempt can't be: null when there is a command.</summary>
    private static string? NothingToStart(ProcessState state) => state.Attached is { Startable: false }
        ? $"\"{state.Id}\" was attached without a command of its own, so there is nothing to start. Update it with one."
        : null;

    private static bool SaysWhatToStart(ValueList<string> changed) => changed.Any(field => field is "command" or "args");

    private static Decision LettingGo(ProcessState state) => Decision.Refuse(ErrorCode.InvalidState, $"\"{state.Id}\" is being detached.");
}
