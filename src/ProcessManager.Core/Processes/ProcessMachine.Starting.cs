using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>The way up: runs, attempts, and going on after the host was away.</content>
public static partial class ProcessMachine
{
    /// <summary>A run that somebody asked for starts at once.</summary>
    private static Decision OpenRun(ProcessState state, DateTimeOffset now)
    {
        var spawn = Spawn(state, new Epoch(state.Epoch.Run + 1, 1), byPolicy: false, now);
        return new([new ProcessChange.GoalSet(Goal.Up, StartNext: false, now), .. spawn.Changes], spawn.Effects);
    }

    private static Decision NextAttempt(ProcessState state, DateTimeOffset now)
    {
        var next = state.Epoch with { Attempt = state.Epoch.Attempt + 1 };
        return RanQuietly(state)
            ? Spawn(state, next, byPolicy: true, now)
            : new([new ProcessChange.Waiting(next, now)], [new ProcessEffect.TakeStartToken(next)]);
    }

    /// <summary>The first restart after a quiet time isn't part of a storm: it needs no token.</summary>
    private static bool RanQuietly(ProcessState state) =>
        state.Last is { StartedAt: { } started } last && last.EndedAt - started >= state.Spec.Restart.ResetAfter;

    private static Decision Spawn(ProcessState state, Epoch epoch, bool byPolicy, DateTimeOffset now) =>
        new([new ProcessChange.Starting(epoch, byPolicy, now)], [new ProcessEffect.Command(epoch, new SupervisorCommand.Spawn(state.Spec))]);

    private static Decision Recover(ProcessState state)
    {
        ProcessEffect Command(SupervisorCommand command) => new ProcessEffect.Command(state.Epoch, command);

        return state.Phase switch
        {
            Phase.Waiting => new([], [new ProcessEffect.TakeStartToken(state.Epoch)]),
            Phase.Starting or Phase.Running => new([], [Command(new SupervisorCommand.Adopt(state.Spec, state.Child?.Identity))]),
            Phase.BackingOff or Phase.Terminating when state.Ladder is { MainEnded: true } ladder =>
                new([], [Command(new SupervisorCommand.Adopt(state.Spec, null)), Command(EndTree(state, ladder))]),
            Phase.Terminating => new([], [Command(new SupervisorCommand.Adopt(state.Spec, state.Child?.Identity))]),
            Phase.Terminated => new([], [new ProcessEffect.CleanUp(state.Epoch)]),
            Phase.Created or Phase.BackingOff or Phase.Finished => Decision.Nothing,
            _ => throw new System.Diagnostics.UnreachableException($"phase {state.Phase}"),
        };
    }
}
