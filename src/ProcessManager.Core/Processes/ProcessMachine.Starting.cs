using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>The way up: runs, attempts, and going on after the host was away.</content>
public static partial class ProcessMachine
{
    /// <summary>A run that somebody asked for starts at once, if it waits for no other process and there is a node for it.</summary>
    private static Decision OpenRun(ProcessState state, Placement? placement, DateTimeOffset now)
    {
        var epoch = new Epoch(state.Epoch.Run + 1, 1);
        var target = state.Spec.DependsOn.Count > 0 ? null : Target(state, placement);
        var open = state.Spec.DependsOn.Count > 0 ? Await(state, epoch, now) : Admit(state, epoch, byPolicy: false, target, now);

        // Its clean-up may not have been done yet, and no newer attempt will tell that node so.
        var leaves = state is { Phase: Phase.Terminated, Node: not null } && (state.Job is not null || (target as Placement.On)?.Node != state.Node);
        return new(
            [new ProcessChange.GoalSet(Goal.Up, StartNext: false, now), .. open.Changes],
            leaves ? [Told(state, new SupervisorCommand.Release()), .. open.Effects] : open.Effects);
    }

    private static Decision NextAttempt(ProcessState state, DateTimeOffset now)
    {
        var next = state.Epoch with { Attempt = state.Epoch.Attempt + 1 };
        var target = Target(state, null);
        if (state.Job is not null || target is Placement.Nowhere || RanQuietly(state))
        {
            return Admit(state, next, byPolicy: true, target, now);
        }

        var node = (target as Placement.On)?.Node;
        return new([new ProcessChange.Waiting(next, new Blocker.StartToken(), now, node)], [new ProcessEffect.TakeStartToken(next, node)]);
    }

    /// <summary>Starts an attempt; of a pool's job, once it has a slot. Where to is decided then.</summary>
    private static Decision Admit(ProcessState state, Epoch epoch, bool byPolicy, Placement? target, DateTimeOffset now) => state.Job is { } job
        ? new([new ProcessChange.Waiting(epoch, new Blocker.Slot(job.Pool), now, state.Node)], [])
        : Open(state, epoch, byPolicy, target, now);

    /// <summary>The first restart after a quiet time isn't part of a storm: it needs no token.</summary>
    private static bool RanQuietly(ProcessState state) =>
        state.Last is { StartedAt: { } started } last && last.EndedAt - started >= state.Spec.Restart.ResetAfter;

    private static Decision Spawn(ProcessState state, Epoch epoch, bool byPolicy, string? node, DateTimeOffset now) => new(
        [new ProcessChange.Starting(epoch, byPolicy, now, node)],
        [new ProcessEffect.Command(epoch, new SupervisorCommand.Spawn(state.Spec, state.Stage), node)]);

    /// <summary>What is done about that which a waiting run waits for.</summary>
    private static ValueList<ProcessEffect> AskFor(ProcessState state) => state.BlockedBy switch
    {
        Blocker.Node => [new ProcessEffect.Place(state.Epoch)],
        Blocker.Dependencies wait => [new ProcessEffect.AwaitDependencies(state.Epoch, [.. wait.Unmet.Select(one => one.On)])],
        Blocker.StartToken or null => [new ProcessEffect.TakeStartToken(state.Epoch, state.Node)],

        // The host tells a pool how its jobs stand.
        Blocker.Slot => [],
        _ => throw new System.Diagnostics.UnreachableException($"blocker {state.BlockedBy.GetType().Name}"),
    };

    private static Decision Recover(ProcessState state)
    {
        ProcessEffect Command(SupervisorCommand command) => Told(state, command);

        // Nobody is there to be asked: it goes on when its node is back.
        if (state.AwaySince is not null)
        {
            return Decision.Nothing;
        }

        if (state.Detaching)
        {
            return new([], [Command(new SupervisorCommand.Detach())]);
        }

        var attached = state.Attached is not null;
        var main = state.Child?.Identity ?? state.Attached?.Child;
        return state.Phase switch
        {
            Phase.Waiting => new([], AskFor(state)),
            Phase.Starting or Phase.Running when state.IsUnderWay =>
                new([], [Command(new SupervisorCommand.Adopt(state.Spec, main, attached, state.Respawns)), .. HealthWatch(state)]),
            Phase.Starting or Phase.Running => new([], [Command(new SupervisorCommand.Adopt(state.Spec, main, attached, state.Respawns))]),
            Phase.BackingOff or Phase.Terminating when state.Ladder is { MainEnded: true } ladder =>
                new([], [Command(new SupervisorCommand.Adopt(state.Spec, null, attached, state.Respawns)), Command(EndTree(state, ladder))]),
            Phase.Terminating => new([], [Command(new SupervisorCommand.Adopt(state.Spec, main, attached, state.Respawns))]),
            Phase.Terminated => new([], [new ProcessEffect.CleanUp(state.Epoch, state.Node)]),
            Phase.Created or Phase.BackingOff or Phase.Finished => Decision.Nothing,
            _ => throw new System.Diagnostics.UnreachableException($"phase {state.Phase}"),
        };
    }
}
