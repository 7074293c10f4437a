using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>The way down: the ladder, and what is done at its foot.</content>
public static partial class ProcessMachine
{
    private static Decision GoDown(ProcessState state, Goal goal, TimeSpan? grace, EndReason intent, DateTimeOffset now)
    {
        if (state.Goal == Goal.Gone)
        {
            goal = Goal.Gone;
        }

        var want = Keep(state, goal, startNext: false, now);
        var way = Descend(state, grace, intent, now);
        return new([.. want.Changes, .. way.Changes], way.Effects);
    }

    private static Decision RestartUp(ProcessState state, TimeSpan? grace, Placement? placement, DateTimeOffset now)
    {
        if (state.Phase is Phase.Waiting or Phase.BackingOff && state.Ladder is null)
        {
            // Each run's end is told, also of one that had no child just then.
            var next = OpenRun(state, placement, now);
            return new([new ProcessChange.Terminated(state.LeftBehind, now), .. next.Changes], next.Effects);
        }

        var want = Keep(state, Goal.Up, startNext: true, now, placement);
        var way = Descend(state, grace, EndReason.Stopped, now);
        return new([.. want.Changes, .. way.Changes], way.Effects);
    }

    private static Decision Remove(ProcessState state, TimeSpan? grace, DateTimeOffset now)
    {
        if (state.Phase is Phase.Created or Phase.Terminated or Phase.Finished)
        {
            return Forgotten(state, now);
        }

        var way = GoDown(state, Goal.Gone, grace, EndReason.Stopped, now);
        return state.Phase is Phase.Waiting or Phase.BackingOff && state.Ladder is null
            ? new([.. way.Changes, new ProcessChange.Removed(now)], Forget(state))
            : way;
    }

    /// <summary>Down, and to be cleaned up. A node that is away cleans up by itself when it is back.</summary>
    private static Decision Foot(ProcessState state, ValueList<int> leftBehind, DateTimeOffset now)
    {
        ProcessChange terminated = new ProcessChange.Terminated(leftBehind, now);
        return state.AwaySince is null
            ? new([terminated], [new ProcessEffect.CleanUp(state.Epoch, state.Node)])
            : new([terminated, new ProcessChange.Finished(now)], []);
    }

    private static Decision Forgotten(ProcessState state, DateTimeOffset now) => new([new ProcessChange.Removed(now)], Forget(state));

    /// <summary>Begins the ladder, or makes the one under way more impatient; what isn't up is left as it is.</summary>
    private static Decision Descend(ProcessState state, TimeSpan? grace, EndReason intent, DateTimeOffset now)
    {
        var killAt = now.After(grace ?? state.Spec.Stop.Grace);
        if (state.Ladder is { } under)
        {
            return Hasten(state, under, killAt, intent, now);
        }

        switch (state.Phase)
        {
            case Phase.Waiting or Phase.BackingOff:
                return Foot(state, state.LeftBehind, now);
            case Phase.Starting or Phase.Running:
                return Begin(state, FirstStep(state, intent, killAt, now), terminates: true, now);
            default:
                return Decision.Nothing;
        }
    }

    /// <summary>The least grace asked for wins, at once; never a longer one again. An order to end also ends an attempt's own way down.</summary>
    private static Decision Hasten(ProcessState state, Ladder under, DateTimeOffset killAt, EndReason intent, DateTimeOffset now)
    {
        var asked = under.MainEnded || under.Intent is EndReason.Killed ? under.Intent : intent;
        var moved = under with
        {
            Intent = asked,
            KillAt = killAt < under.KillAt ? killAt : under.KillAt,
            KillMode = intent == EndReason.Killed ? KillMode.Tree : under.KillMode,
        };
        if (moved.Step != LadderStep.Kill && moved.KillAt <= now)
        {
            moved = moved with { Step = LadderStep.Kill };
        }

        if (moved == under && state.Phase == Phase.Terminating)
        {
            return Decision.Nothing;
        }

        ProcessChange change = state.Phase == Phase.Terminating
            ? new ProcessChange.LadderMoved(moved, now)
            : new ProcessChange.Stopping(moved, Terminates: true, now);
        var said = moved.Step == under.Step && (moved.Step != LadderStep.Kill || moved.KillMode == under.KillMode);
        return new([change], said ? [] : [Step(state, moved, now)]);
    }

    /// <summary>An attempt that ran past its time ends; its run may go on.</summary>
    private static Decision EndAttempt(ProcessState state, EndReason intent, DateTimeOffset now) =>
        Begin(state, FirstStep(state, intent, now.After(state.Spec.Stop.Grace), now), terminates: false, now);

    private static Decision Escalate(ProcessState state, Ladder ladder, DateTimeOffset now)
    {
        var kill = ladder with { Step = LadderStep.Kill };
        return new([new ProcessChange.LadderMoved(kill, now)], [Step(state, kill, now)]);
    }

    private static Decision Begin(ProcessState state, Ladder ladder, bool terminates, DateTimeOffset now) =>
        new([new ProcessChange.Stopping(ladder, terminates, now)], [Step(state, ladder, now)]);

    private static Ladder FirstStep(ProcessState state, EndReason intent, DateTimeOffset killAt, DateTimeOffset now)
    {
        var step = killAt <= now ? LadderStep.Kill
            : state is { Spec.Stop.Command: not null, Child: not null } ? LadderStep.Command
            : LadderStep.Signal;
        return new Ladder(intent, step, killAt, intent == EndReason.Killed ? KillMode.Tree : state.Spec.Stop.KillMode, MainEnded: false);
    }

    private static ProcessEffect.Command Step(ProcessState state, Ladder ladder, DateTimeOffset now) => Told(
        state,
        ladder.Step == LadderStep.Command
            ? new SupervisorCommand.RunStopCommand(state.Spec, state.Spec.Stop.Command!, ladder.KillAt - now)
            : EndTree(state, ladder));

    private static SupervisorCommand.EndTree EndTree(ProcessState state, Ladder ladder) => new(
        ladder.Step == LadderStep.Kill ? Signal.Kill : ladder.MainEnded ? Signal.Term : state.Spec.Stop.Signal,
        ladder.KillMode);
}
