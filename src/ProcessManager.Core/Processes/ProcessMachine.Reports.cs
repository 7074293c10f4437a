using System.Diagnostics;
using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>What the supervisor tells of the present attempt.</content>
public static partial class ProcessMachine
{
    private static Decision Hear(ProcessState state, SupervisorReport report, DateTimeOffset now) => report switch
    {
        SupervisorReport.Detached detached when state.Detaching => HearDetached(state, detached, now),
        SupervisorReport.NotDetached failed when state.Detaching => HearNotDetached(state, failed, now),
        SupervisorReport.Detached or SupervisorReport.NotDetached => Decision.Nothing,
        _ when state.Detaching => Decision.Nothing, // Whatever becomes of it, it isn't ours any more.
        SupervisorReport.Spawned spawned => HearSpawned(state, spawned, now),
        SupervisorReport.StartFailed failed when state is { Phase: Phase.Starting or Phase.Terminating, Child: null, Ladder: null or { MainEnded: false } } =>
            HearStartFailed(state, failed, now),
        SupervisorReport.Exited exited when state is { Phase: Phase.Starting or Phase.Running or Phase.Terminating, Ladder: null or { MainEnded: false } } =>
            HearExited(state, exited, now),
        SupervisorReport.NeverRan never when never.Respawns == state.Respawns => HearNeverRan(state, now),
        SupervisorReport.TreeEmpty empty when state.Ladder is { MainEnded: true } => HearTreeEmpty(state, empty, now),
        SupervisorReport.StopCommandEnded when state.Ladder is { Step: LadderStep.Command } ladder =>
            Advance(state, ladder with { Step = LadderStep.Signal }, now),
        SupervisorReport.Idle when state.IsUnderWay => EndAttempt(state, EndReason.IdleTimedOut, now),
        SupervisorReport.Probed or SupervisorReport.BecameReady or SupervisorReport.Noticed or SupervisorReport.WatchdogExpired
            or SupervisorReport.MainChanged => HearHealth(state, report, now),
        SupervisorReport.OutputTruncated cut => new([new ProcessChange.LogTruncated(cut.Stream, cut.Offset, cut.At)], []),
        SupervisorReport.StartFailed or SupervisorReport.Exited or SupervisorReport.TreeEmpty or SupervisorReport.StopCommandEnded
            or SupervisorReport.Idle or SupervisorReport.NeverRan => Decision.Nothing, // Told twice, or overtaken by an order.
        _ => throw new UnreachableException($"report {report.GetType().Name}"),
    };

    private static Decision Advance(ProcessState state, Ladder ladder, DateTimeOffset now) =>
        new([new ProcessChange.LadderMoved(ladder, now)], [Step(state, ladder, now)]);

    private static Decision HearSpawned(ProcessState state, SupervisorReport.Spawned spawned, DateTimeOffset now)
    {
        ProcessChange started = new ProcessChange.Started(spawned.Child, spawned.At, spawned.Adopted, spawned.Adopted ? now : spawned.At)
        {
            NotEnforced = spawned.NotEnforced,
        };
        return state.Phase switch
        {
            Phase.Starting or Phase.Running when spawned.Adopted && state.Ladder is { } ladder => Resume(started, state, ladder, now),
            Phase.Starting or Phase.Running when spawned.Adopted || state.Child is null =>
                new(BecomesReady(state) ? [started, new ProcessChange.Ready(now)] : [started], Watches(state)),

            // Stopped before it was seen: the ladder's first step is with the supervisor already, unless the host was away since.
            Phase.Terminating when state.Ladder is { MainEnded: false } ladder && spawned.Adopted => Resume(started, state, ladder, now),
            Phase.Terminating when state is { Child: null, Ladder.MainEnded: false } => new([started], []),

            // It is told again that the child lives though it was to end: that may never have arrived. Who has heard it doesn't do it twice.
            Phase.Starting or Phase.Running or Phase.Terminating when state is { Child: not null, Ladder: { MainEnded: false, Step: not LadderStep.Command } ladder } =>
                new([], [Step(state, ladder, now)]),
            _ => Decision.Nothing,
        };
    }

    /// <summary>Goes on with a ladder after the host was away. A stop command isn't run a second time.</summary>
    private static Decision Resume(ProcessChange started, ProcessState state, Ladder ladder, DateTimeOffset now)
    {
        var on = ladder.Step == LadderStep.Command ? ladder with { Step = LadderStep.Signal } : ladder;
        return new([started, new ProcessChange.LadderMoved(on, now)], [Step(state, on, now)]);
    }

    private static Decision HearNeverRan(ProcessState state, DateTimeOffset now) => state.Phase switch
    {
        Phase.Starting when state.AwaySince is not null => Decision.Nothing, // Asked again when its node is back.
        Phase.Starting when state.Child is null => new(
            [new ProcessChange.Respawning(now)], [Told(state, new SupervisorCommand.Spawn(state.Spec, state.Stage, state.Respawns + 1))]),
        Phase.Terminating when state is { Child: null, Ladder.MainEnded: false } => Terminate(state, [], [], now),
        Phase.Starting or Phase.Running or Phase.Terminating when state.Ladder is null or { MainEnded: false } =>
            HearExited(state, new SupervisorReport.Exited(new ExitStatus.Unknown(), now, null), now),
        _ => Decision.Nothing,
    };

    private static Decision HearStartFailed(ProcessState state, SupervisorReport.StartFailed failed, DateTimeOffset now)
    {
        var result = new AttemptResult
        {
            Run = state.Epoch.Run,
            Attempt = state.Epoch.Attempt,
            Reason = EndReason.StartFailed,
            Error = failed.Error,
            EndedAt = failed.At,
        };
        var verdict = state.Phase == Phase.Terminating ? new RestartVerdict.Stay()
            : failed.Transient ? RestartRules.AfterTransient(state.Restarts, now, Chance(state))
            : RestartRules.After(state.Spec.Restart, result, TimeSpan.Zero, state.Restarts, now, Chance(state));
        ValueList<ProcessChange> ended =
        [
            new ProcessChange.StartFailed(failed.Error, failed.At),
            new ProcessChange.Ended(result, verdict, state.Spec.Restart.Max, Sweep: null, now),
        ];
        ValueList<ProcessEffect> release = [Told(state, new SupervisorCommand.Release())];
        return verdict switch
        {
            RestartVerdict.Again again => new([.. ended, new ProcessChange.BackingOff(again.At, now)], release),
            RestartVerdict.GiveUp giveUp => Terminate(state, [.. ended, new ProcessChange.GaveUp(giveUp.Why, now)], [], now),
            _ => Terminate(state, ended, [], now),
        };
    }

    private static Decision HearExited(ProcessState state, SupervisorReport.Exited exited, DateTimeOffset now)
    {
        var result = ResultOf(state, exited);
        var ranFor = exited.At - (state.Child?.StartedAt ?? exited.At);
        var terminates = state.Phase == Phase.Terminating || state.Goal != Goal.Up;
        var verdict = terminates
            ? new RestartVerdict.Stay()
            : RestartRules.After(state.Spec.Restart, result, ranFor, state.Restarts, now, Chance(state));

        var sweep = state.Ladder is { } ladder
            ? ladder with { MainEnded = true, Step = ladder.Step == LadderStep.Command ? LadderStep.Signal : ladder.Step }
            : new Ladder(null, LadderStep.Signal, now + SweepGrace, state.Spec.Stop.KillMode, MainEnded: true);
        if (verdict is RestartVerdict.Again && NothingToStart(state) is { } nothing)
        {
            verdict = new RestartVerdict.GiveUp(nothing);
        }

        ProcessChange ended = new ProcessChange.Ended(result, verdict, state.Spec.Restart.Max, sweep, now);
        ProcessEffect end = Told(state, EndTree(state, sweep));
        return verdict switch
        {
            RestartVerdict.Again again => new([ended, new ProcessChange.BackingOff(again.At, now)], [end]),
            RestartVerdict.GiveUp giveUp => new([ended, new ProcessChange.GaveUp(giveUp.Why, now)], [end]),
            _ => new([ended], [end]),
        };
    }

    private static Decision HearTreeEmpty(ProcessState state, SupervisorReport.TreeEmpty empty, DateTimeOffset now)
    {
        if (state.Phase != Phase.BackingOff)
        {
            return Terminate(state, [], empty.LeftBehind, now);
        }

        ProcessChange swept = new ProcessChange.Swept(empty.LeftBehind, now);
        ProcessEffect release = Told(state, new SupervisorCommand.Release());
        if (state.NextStartAt > now || state.AwaySince is not null)
        {
            return new([swept], [release]);
        }

        var next = NextAttempt(state, now);
        return new([swept, .. next.Changes], [release, .. next.Effects]);
    }

    /// <summary>The foot of the ladder: the run is over and nothing of it is left. What stood over is done now: remove, or the next run.</summary>
    private static Decision Terminate(ProcessState state, ValueList<ProcessChange> before, ValueList<int> leftBehind, DateTimeOffset now)
    {
        ProcessChange terminated = new ProcessChange.Terminated(leftBehind, now);
        if (state.Goal == Goal.Gone)
        {
            return new([.. before, terminated, new ProcessChange.Removed(now)], Forget(state));
        }

        if (!state.StartNext)
        {
            var foot = Foot(state, leftBehind, now);
            return new([.. before, .. foot.Changes], foot.Effects);
        }

        var next = OpenRun(state, placement: null, now);
        return new([.. before, terminated, .. next.Changes], [Told(state, new SupervisorCommand.Release()), .. next.Effects]);
    }

    private static AttemptResult ResultOf(ProcessState state, SupervisorReport.Exited exited)
    {
        var (code, signal, core) = exited.Status switch
        {
            ExitStatus.Code status => (status.Value, default(Signal?), false),
            ExitStatus.BySignal status => (128 + status.Signal.Number, status.Signal, status.CoreDumped),
            ExitStatus.Unknown or ExitStatus.Rebooted => (default(int?), default(Signal?), false),
            _ => throw new UnreachableException($"status {exited.Status.GetType().Name}"),
        };
        var reason = state.Ladder?.Intent ?? exited.Status switch
        {
            ExitStatus.Code status when state.Spec.Restart.SuccessExitCodes.Contains(status.Value) => EndReason.Completed,
            ExitStatus.Code or ExitStatus.BySignal when exited.OutOfMemory => EndReason.OutOfMemory,
            ExitStatus.Code => EndReason.Failed,
            ExitStatus.BySignal => EndReason.Signaled,
            ExitStatus.Rebooted => EndReason.NodeLost,
            _ => EndReason.Unknown,
        };
        return new AttemptResult
        {
            Run = state.Epoch.Run,
            Attempt = state.Epoch.Attempt,
            OsPid = state.Child?.Identity.OsPid,
            Reason = reason,
            ExitCode = code,
            Signal = signal,
            Error = WhyEnded(state, reason),
            CoreDumped = core,
            StartedAt = state.Child?.StartedAt,
            EndedAt = exited.At,
            LastErrorLines = exited.LastErrorLines,
        };
    }
}
