using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>
/// Where a process runs, and what becomes of it when that node goes. It stays on its node until an order brings another placement; a move
/// happens only between attempts, when nothing is left of the one before.
/// </content>
public static partial class ProcessMachine
{
    /// <summary>How long a host waits before it looks for a node again; spread, so that what waits for one node doesn't come all at once.</summary>
    public static TimeSpan PlacementPause(ProcessState state) => TimeSpan.FromSeconds(1) * (1 + (0.5 * Chance(state)));

    /// <summary>Where the next attempt goes: where an order says, else where it is; null on a host with one machine.</summary>
    private static Placement? Target(ProcessState state, Placement? placement)
    {
        var target = placement ?? state.NextPlacement ?? (state.Node is { } node ? new Placement.On(node) : null);
        return state.NodeProblem is { } away && target is Placement.On on && on.Node == state.Node ? new Placement.Nowhere(away.Message) : target;
    }

    /// <summary>Starts an attempt on its node, or has it wait for one.</summary>
    private static Decision Open(ProcessState state, Epoch epoch, bool byPolicy, Placement? target, DateTimeOffset now) => target switch
    {
        Placement.Nowhere nowhere => new([new ProcessChange.Waiting(epoch, new Blocker.Node(nowhere.Why), now)], [new ProcessEffect.Place(epoch)]),
        _ => Spawn(state, epoch, byPolicy, (target as Placement.On)?.Node, now),
    };

    private static Decision HearPlaced(ProcessState state, Placement placement, DateTimeOffset now) => placement switch
    {
        // The same answer again isn't written again.
        Placement.Nowhere nowhere when state.BlockedBy == new Blocker.Node(nowhere.Why) => new([], [new ProcessEffect.Place(state.Epoch)]),
        _ => Open(state, state.Epoch, byPolicy: state.Epoch.Attempt > 1, placement, now),
    };

    private static Decision LoseNode(ProcessState state, string node, DateTimeOffset now) =>
        state.Node != node || !(state.IsUp || state.Phase == Phase.Terminating) ? Decision.Nothing
        : state is { Spec.OnNodeLost: OnNodeLost.Fail, Detaching: false } ? FailWithNode(state, node, now)
        : state.AwaySince is null ? new([new ProcessChange.NodeAway(node, now)], [])
        : Decision.Nothing;

    /// <summary>Nobody waits for what may still live there, also when it was told to end: the node ends it itself when it is back.</summary>
    private static Decision FailWithNode(ProcessState state, string node, DateTimeOffset now)
    {
        var why = $"its node \"{node}\" can't be reached, and onNodeLost is fail";
        ProcessChange lost = state is { Phase: Phase.BackingOff } or { Ladder.MainEnded: true }
            ? new ProcessChange.NodeAway(node, now) // The attempt's end is known.
            : new ProcessChange.Ended(LostAttempt(state, why, now), new RestartVerdict.Stay(), state.Spec.Restart.Max, Sweep: null, now);
        ValueList<ProcessChange> changes = state.Phase == Phase.BackingOff ? [lost, new ProcessChange.GaveUp(why, now)] : [lost];
        return Terminate(state with { AwaySince = state.AwaySince ?? now }, changes, [], now);
    }

    private static AttemptResult LostAttempt(ProcessState state, string why, DateTimeOffset now) => new()
    {
        Run = state.Epoch.Run,
        Attempt = state.Epoch.Attempt,
        OsPid = state.Child?.Identity.OsPid,
        Reason = EndReason.NodeLost,
        Error = new ErrorInfo(ErrorCode.NodeUnavailable, why),
        StartedAt = state.Child?.StartedAt,
        EndedAt = now,
    };

    private static Decision RegainNode(ProcessState state, string node, DateTimeOffset now)
    {
        if (state.Node != node)
        {
            return Decision.Nothing;
        }

        var on = Recover(state with { AwaySince = null });
        return state.AwaySince is null ? on : new([new ProcessChange.NodeReturned(now)], on.Effects);
    }

    /// <summary>For the supervisor that the present attempt is with.</summary>
    private static ProcessEffect.Command Told(ProcessState state, SupervisorCommand command) => new(state.Epoch, command, state.Node);

    /// <summary>All that it ever was on forget it.</summary>
    private static ValueList<ProcessEffect> Forget(ProcessState state)
    {
        ProcessEffect On(string? node) => new ProcessEffect.Command(state.Epoch, new SupervisorCommand.Forget(), node);

        return state is { Node: null, FormerNodes.Count: > 0 }
            ? [.. state.FormerNodes.Select(On)]
            : [On(state.Node), .. state.FormerNodes.Select(On)];
    }

    /// <summary>The state on the node of its next attempt; nothing is with the node before any more but the output of its runs.</summary>
    private static ProcessState Moved(ProcessState state, string? node) => state with
    {
        Node = node,
        AwaySince = null,
        NextPlacement = null,
        FormerNodes = state.Node == node ? state.FormerNodes
            : [.. state.FormerNodes.Append(state.Node).OfType<string>().Where(former => former != node)],
    };
}
