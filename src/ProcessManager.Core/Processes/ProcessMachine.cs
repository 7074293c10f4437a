using System.Diagnostics;
using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <summary>
/// The rules of a process: what an order makes of its state. No clock, no I/O, no randomness.
/// <code>
/// Created → Waiting → Starting → Running          Starting | Running → BackingOff → (Waiting) → Starting, attempt + 1
/// anything up → Terminating → Terminated → Finished          never back from Terminating within a run
/// </code>
/// One attempt's way down, which stop, kill, timeouts and a natural end share:
/// <code>
///  order ── stop command ── signal to the tree ──────────── SIGKILL to the tree
///              (if any)        │ main child ends: result     (at Ladder.KillAt)
///                              │ what it left: TERM, 2 s, KILL
///                              └ tree empty: next attempt, or Terminated
/// </code>
/// </summary>
public static partial class ProcessMachine
{
    /// <summary>What an ended main child left behind has this long between SIGTERM and SIGKILL.</summary>
    public static readonly TimeSpan SweepGrace = TimeSpan.FromSeconds(2);

    public static Decision Decide(ProcessState state, ProcessOrder order, DateTimeOffset now) => (order, state.Phase) switch
    {
        (ProcessOrder.Start or ProcessOrder.Restart or ProcessOrder.Stop or ProcessOrder.Kill or ProcessOrder.Remove or ProcessOrder.Detach
            or ProcessOrder.SendSignal or ProcessOrder.Update, _) when state.Detaching => LettingGo(state),
        (ProcessOrder.Attach attach, Phase.Created) => Attach(state, attach, now),
        (ProcessOrder.Attach, _) => Decision.Refuse(ErrorCode.InvalidState, $"\"{state.Id}\" was declared already."),
        (ProcessOrder.Detach, _) => Detach(state, now),

        (ProcessOrder.Start, _) when state.Goal == Goal.Gone => Gone(state),
        (ProcessOrder.Start, _) when !state.IsUp && NothingToStart(state) is { } why => Decision.Refuse(ErrorCode.InvalidState, why),
        (ProcessOrder.Start start, Phase.Created or Phase.Terminated or Phase.Finished) => OpenRun(state, start.Placement, now),
        (ProcessOrder.Start start, Phase.Terminating) => Keep(state, Goal.Up, startNext: true, now, start.Placement),
        (ProcessOrder.Start, _) => Decision.Nothing,

        (ProcessOrder.Stop stop, _) => GoDown(state, Goal.Down, stop.Grace, EndReason.Stopped, now),
        (ProcessOrder.Kill, _) => GoDown(state, Goal.Down, TimeSpan.Zero, EndReason.Killed, now),
        (ProcessOrder.Remove remove, _) => Remove(state, remove.Grace, now),

        (ProcessOrder.Restart, _) when state.Goal == Goal.Gone => Gone(state),
        (ProcessOrder.Restart, _) when NothingToStart(state) is { } why => Decision.Refuse(ErrorCode.InvalidState, why),
        (ProcessOrder.Restart restart, Phase.Created or Phase.Terminated or Phase.Finished) => OpenRun(state, restart.Placement, now),
        (ProcessOrder.Restart restart, _) => RestartUp(state, restart.Grace, restart.Placement, now),

        (ProcessOrder.SendSignal signal, _) when state.NodeProblem is { } away =>
            Decision.Refuse(away.Code, $"{signal.Signal} can't be sent to \"{state.Id}\": {away.Message}."),
        (ProcessOrder.SendSignal signal, _) when state.HasChild => Hand(state, new SupervisorCommand.SendSignal(signal.Signal, signal.Tree)),
        (ProcessOrder.SendSignal signal, _) =>
            Decision.Refuse(ErrorCode.InvalidState, $"{signal.Signal} can't be sent to \"{state.Id}\": it has no child, its phase is {state.Phase}."),

        (ProcessOrder.Update update, _) => Update(state, update, now),
        (ProcessOrder.Recover, _) => Recover(state),
        (ProcessOrder.Wake wake, _) => Wake(state, wake.Placement, now),

        (ProcessOrder.StartToken token, Phase.Waiting) when token.Epoch == state.Epoch && state is { BlockedBy: Blocker.StartToken or null, AwaySince: null } =>
            Open(state, state.Epoch, byPolicy: true, Target(state, null), now),
        (ProcessOrder.StartToken, _) => Decision.Nothing,

        (ProcessOrder.SlotGranted slot, Phase.Waiting) when slot.Epoch == state.Epoch && state.BlockedBy is Blocker.Slot =>
            Open(state, state.Epoch, byPolicy: state.Epoch.Attempt > 1, Target(state, slot.Placement), now),
        (ProcessOrder.SlotGranted, _) => Decision.Nothing,

        (ProcessOrder.Placed placed, Phase.Waiting) when placed.Epoch == state.Epoch && state.BlockedBy is Blocker.Node => HearPlaced(state, placed.Placement, now),
        (ProcessOrder.Placed, _) => Decision.Nothing,

        (ProcessOrder.DependencyNews news, Phase.Waiting) when news.Epoch == state.Epoch && state.BlockedBy is Blocker.Dependencies wait =>
            HearDependencies(state, wait, news, now),
        (ProcessOrder.DependencyNews, _) => Decision.Nothing,

        (ProcessOrder.NodeGone gone, _) => LoseNode(state, gone.Node, now),
        (ProcessOrder.NodeBack back, _) => RegainNode(state, back.Node, now),

        (ProcessOrder.CleanedUp clean, Phase.Terminated) when clean.Epoch == state.Epoch => new([new ProcessChange.Finished(now)], []),
        (ProcessOrder.CleanedUp, _) => Decision.Nothing,

        // A hook may be of an attempt that is long over.
        (ProcessOrder.Reported { Report: SupervisorReport.HookFailed failed }, _) => new([new ProcessChange.HookFailed(failed.Hook, failed.Problem, failed.At)], []),

        // An older attempt's news, told late or twice.
        (ProcessOrder.Reported reported, _) when reported.Epoch != state.Epoch => Decision.Nothing,
        (ProcessOrder.Reported reported, _) => Hear(state, reported.Report, now),
        _ => throw new UnreachableException($"order {order.GetType().Name}"),
    };

    /// <summary>When the state wants <see cref="ProcessOrder.Wake"/>; null: never. Alarms are durable because they are derived.</summary>
    public static DateTimeOffset? WakeAt(ProcessState state)
    {
        if (state.Detaching)
        {
            return null;
        }

        DateTimeOffset?[] due =
        [
            state.Ladder is { Step: not LadderStep.Kill } ladder ? ladder.KillAt : null,
            TimesOutAt(state),
            MustBeReadyAt(state),
            DependencyIsLateAt(state),
            state is { Phase: Phase.BackingOff, Ladder: null, AwaySince: null } ? state.NextStartAt : null,
            state.Goal == Goal.Gone ? null : state.ScheduledAt,
            state.PurgeAt,
        ];
        return due.Min();
    }

    /// <summary>The first state of a process: created, and nothing more.</summary>
    public static ProcessState Create(ProcessId id, ProcessSpec spec, bool oneOff, DateTimeOffset now, JobPlace? job = null, PipeStage? stage = null) => new()
    {
        Job = job,
        Stage = stage,
        Id = id,
        CreatedAt = now,
        OneOff = oneOff,
        Spec = spec,
        Version = 1,
        ScheduledAt = oneOff ? null : ScheduleRules.Next(spec.Schedule, now, now),
        SpecVersion = 1,
    };

    private static Decision Wake(ProcessState state, Placement? placement, DateTimeOffset now)
    {
        if (state.Ladder is { Step: not LadderStep.Kill } ladder && ladder.KillAt <= now)
        {
            return Escalate(state, ladder, now);
        }

        if (TimesOutAt(state) <= now)
        {
            return EndAttempt(state, EndReason.TimedOut, now);
        }

        if (MustBeReadyAt(state) <= now)
        {
            return EndAttempt(state, EndReason.Unhealthy, now);
        }

        if (DependencyIsLateAt(state) <= now)
        {
            return PassLateDependencies(state, (Blocker.Dependencies)state.BlockedBy!, now);
        }

        if (state is { Phase: Phase.BackingOff, Ladder: null, AwaySince: null } && state.NextStartAt <= now)
        {
            return NextAttempt(state, now);
        }

        if (state.Goal != Goal.Gone && state.ScheduledAt <= now)
        {
            return KeepSchedule(state, placement, now);
        }

        return state.PurgeAt <= now ? Purge(state, now)
            : state is { Phase: Phase.Waiting, BlockedBy: Blocker.Node } ? new([], [new ProcessEffect.Place(state.Epoch)])
            : Decision.Nothing;
    }

    /// <summary>Of a node that is away it is due when that is back: the whole grace is for a child that can be told.</summary>
    private static DateTimeOffset? TimesOutAt(ProcessState state) =>
        state is { IsUnderWay: true, Child: { } child, Spec.Timeout: { } limit } ? (state.Attached is null ? child.StartedAt : state.CreatedAt).After(limit) : null;

    /// <summary>Old runs go when their retention ends; a one-off process goes as a whole.</summary>
    private static Decision Purge(ProcessState state, DateTimeOffset now)
    {
        if (state is { OneOff: true, Phase: Phase.Finished })
        {
            return Forgotten(state, now);
        }

        var before = now.Before(state.Spec.Retention);
        return new([new ProcessChange.RunsPurged(before, now)], [new ProcessEffect.PurgeRuns(before)]);
    }

    private static Decision Update(ProcessState state, ProcessOrder.Update update, DateTimeOffset now)
    {
        var plan = SpecDifference.Between(state.Spec, update.Spec);
        if (state.Goal == Goal.Gone && plan.Changed is not ["onNodeLost"])
        {
            // Only whether it is to be waited for: else one on a node that never comes back could never be removed.
            return Gone(state);
        }

        if (update.IfVersion is { } version && (version < state.SpecVersion || version > state.Version))
        {
            return Decision.Refuse(
                ErrorCode.Conflict,
                $"The spec of \"{state.Id}\" changed at version {state.SpecVersion}; the update is meant for version {version}. Read it again.");
        }

        if (plan.Effect == UpdateEffect.Nothing)
        {
            return Decision.Nothing;
        }

        var moves = (state.IsUp || state.StartNext) && plan.Changed.Any(field => field is "node" or "nodeLabels" or "resources");
        ProcessChange changed = new ProcessChange.SpecChanged(update.Spec, plan.Changed, now, moves ? update.Placement : null);
        if (state is { AwaySince: not null, Node: { } node } && update.Spec.OnNodeLost == OnNodeLost.Fail)
        {
            var lost = FailWithNode(state with { Spec = update.Spec }, node, now);
            return new([changed, .. lost.Changes], lost.Effects);
        }

        if (plan.Effect == UpdateEffect.InPlace && plan.Changed.Contains("health") && state.IsUnderWay)
        {
            return WatchAnew(state, (ProcessChange.SpecChanged)changed, now);
        }

        if (state is { Phase: Phase.Waiting, BlockedBy: Blocker.Dependencies } && plan.Changed.Contains("dependsOn"))
        {
            var wait = Await(state with { Spec = update.Spec }, state.Epoch, now);
            return new([changed, .. wait.Changes], wait.Effects);
        }

        if (plan.Effect == UpdateEffect.InPlace || state.Phase is not (Phase.Starting or Phase.Running))
        {
            return new([changed], []);
        }

        if (NothingToStart(state) is { } why && !SaysWhatToStart(plan.Changed))
        {
            return Decision.Refuse(ErrorCode.InvalidState, $"{why} A change of {string.Join(", ", plan.Changed)} would restart it.");
        }

        // The ladder is the one that the child was started with; only its successor gets the new one.
        var restart = RestartUp(state, grace: null, update.Placement, now);
        return new([.. restart.Changes, changed], restart.Effects);
    }

    private static Decision Keep(ProcessState state, Goal goal, bool startNext, DateTimeOffset now, Placement? next = null) =>
        state.Goal == goal && state.StartNext == startNext && (next is null || next == state.NextPlacement)
            ? Decision.Nothing
            : new([new ProcessChange.GoalSet(goal, startNext, now, next)], []);

    private static Decision Gone(ProcessState state) => Decision.Refuse(ErrorCode.InvalidState, $"\"{state.Id}\" is being removed.");

    private static Decision Hand(ProcessState state, SupervisorCommand command) => new([], [Told(state, command)]);

    /// <summary>-1 to 1, fixed by who and when: spread over many processes, and the same each time the rule is asked.</summary>
    private static double Chance(ProcessState state)
    {
        var hash = 2166136261u;
        foreach (var character in $"{state.Id}/{state.Epoch}")
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (hash % 2001 / 1000.0) - 1;
    }
}
