using System.Diagnostics;

namespace ProcessManager;

/// <content>How changes are folded into the state.</content>
public static partial class ProcessMachine
{
    /// <summary>The state after a turn's changes, and what is told of them.</summary>
    public static (ProcessState State, ValueList<ProcessEvent> Events) Apply(ProcessState state, IReadOnlyCollection<ProcessChange> changes)
    {
        var events = new List<ProcessEvent>(changes.Count);
        state = state with { Version = state.Version + 1 };
        foreach (var change in changes)
        {
            state = Fold(state, change);
            if (EventTelling.Of(state, change) is { } told)
            {
                events.Add(told);
            }
        }

        return (state, [.. events]);
    }

    private static ProcessState Fold(ProcessState state, ProcessChange change) => change switch
    {
        ProcessChange.Created => state,
        ProcessChange.GoalSet set => state with
        {
            Goal = set.Goal,
            StartNext = set.StartNext,
            NextPlacement = set.StartNext ? set.Next ?? state.NextPlacement : null,
        },
        ProcessChange.Waiting waiting => Moved(state, waiting.Node) with
        {
            Phase = Phase.Waiting,
            Epoch = waiting.Epoch,
            BlockedBy = waiting.BlockedBy,
            NextStartAt = null,
        },
        ProcessChange.WaitsFor waits => state with { BlockedBy = waits.BlockedBy },
        ProcessChange.Starting starting => Fold(state, starting),
        ProcessChange.Respawning => state with { Respawns = state.Respawns + 1 },
        ProcessChange.Attaching attaching =>
            Fold(state, new ProcessChange.Starting(attaching.Epoch, ByPolicy: false, attaching.At, attaching.Node)) with { Attached = attaching.Attached },
        ProcessChange.NotDetached => state with { Detaching = false },
        ProcessChange.Scheduled scheduled => state with { ScheduledAt = scheduled.Next },
        ProcessChange.Detaching => state with { Detaching = true },
        ProcessChange.Started started => state with
        {
            // Found again it may be another member: the news of that was lost.
            Child = state.Child is { } child ? child with { Identity = started.Child } : new LiveChild(started.Child, started.Since),
            NotEnforced = started.NotEnforced,
        },
        ProcessChange.Ready => state with { Phase = Phase.Running },
        ProcessChange.MainChanged changed => state with { Child = state.Child! with { Identity = changed.Child } },
        ProcessChange.Probed probed => Fold(state, probed),
        ProcessChange.Noticed noticed => state with
        {
            Health = (state.Health ?? new HealthInfo()) with { Stage = noticed.Stage, Message = noticed.Message },
            ReadyExtendedTo = noticed.ReadyExtendedTo,
        },
        ProcessChange.StartFailed => state,
        ProcessChange.Stopping stopping => state with
        {
            Phase = stopping.Terminates ? Phase.Terminating : state.Phase,
            Ladder = stopping.Ladder,
            NextStartAt = stopping.Terminates ? null : state.NextStartAt,
        },
        ProcessChange.LadderMoved moved => state with { Ladder = moved.Ladder },
        ProcessChange.Ended ended => Fold(state, ended),
        ProcessChange.BackingOff backing => state with { Phase = Phase.BackingOff, NextStartAt = backing.NextStartAt },
        ProcessChange.Swept swept => state with { Ladder = null, LeftBehind = swept.LeftBehind },
        ProcessChange.GaveUp or ProcessChange.LogTruncated or ProcessChange.Detached or ProcessChange.HookFailed => state,
        ProcessChange.Terminated terminated => state with
        {
            Phase = Phase.Terminated,
            Goal = state.Goal == Goal.Up && !state.StartNext ? Goal.Down : state.Goal,
            Ladder = null,
            Child = null,
            Health = null,
            NextStartAt = null,
            AwaySince = null,
            BlockedBy = null,
            LeftBehind = terminated.LeftBehind,
        },
        ProcessChange.Finished finished => state with
        {
            Phase = Phase.Finished,

            // A one-off goes as a whole, so its last end counts; of others the first of their runs is to be looked at.
            PurgeAt = state.OneOff ? finished.At.After(state.Spec.Retention) : state.PurgeAt ?? finished.At.After(state.Spec.Retention),
        },
        ProcessChange.SpecChanged changed => Fold(state, changed),
        ProcessChange.RunsPurged purged => state with
        {
            // Runs of the last tenth of a retention go together, so that a busy process isn't woken for each.
            PurgeAt = state.Last is { } last && last.EndedAt >= purged.EndedBefore ? purged.At.After(Longer(state.Spec.Retention / 10, TimeSpan.FromSeconds(1))) : null,
        },
        ProcessChange.NodeAway away => state with { AwaySince = away.At },
        ProcessChange.NodeReturned => state with { AwaySince = null },
        ProcessChange.Removed => state with { Goal = Goal.Gone, Phase = Phase.Finished, Ladder = null, Child = null, Health = null, ReadyExtendedTo = null, ScheduledAt = null, PurgeAt = null },
        _ => throw new UnreachableException($"change {change.GetType().Name}"),
    };

    private static ProcessState Fold(ProcessState state, ProcessChange.Starting starting) => Moved(state, starting.Node) with
    {
        Phase = Phase.Starting,
        Epoch = starting.Epoch,
        StartNext = false,
        NextStartAt = null,
        Respawns = 0,
        Child = null,
        Attached = null,
        Ladder = null,
        LeftBehind = [],
        NotEnforced = [],
        BlockedBy = null,
        Health = HealthInfo.AtStart(state.Spec.Health),
        ReadyExtendedTo = null,

        // A run that somebody asked for begins with a clean slate; the count of restarts is for life.
        Restarts = starting.ByPolicy ? state.Restarts : new RestartRecord { Count = state.Restarts.Count },
    };

    private static ProcessState Fold(ProcessState state, ProcessChange.Ended ended) => state with
    {
        Phase = ended.Sweep is null ? state.Phase : Phase.Terminating,
        Child = null,
        Health = null,
        Ladder = ended.Sweep,
        Last = ended.Result with { LastErrorLines = null },
        Restarts = ended.Verdict is RestartVerdict.Again again ? again.Record : state.Restarts,
        PurgeAt = state.PurgeAt ?? ended.At.After(state.Spec.Retention),
    };

    private static ProcessState Fold(ProcessState state, ProcessChange.SpecChanged changed)
    {
        var purgeAt = changed.At.After(changed.Spec.Retention);
        return state with
        {
            Spec = changed.Spec,
            Health = state is { Phase: Phase.Starting or Phase.Running, Ladder: null } ? HealthInfo.Updated(state.Health, state.Spec.Health, changed.Spec.Health) : state.Health,
            SpecVersion = state.Version,
            ScheduledAt = changed.Fields.Contains("schedule") ? NextScheduled(state with { Spec = changed.Spec }, changed.At) : state.ScheduledAt,
            Attached = state.Attached is { } attached && SaysWhatToStart(changed.Fields) ? attached with { Startable = true } : state.Attached,
            NextPlacement = changed.Next ?? state.NextPlacement,

            // A shorter retention doesn't wait for the alarm of the old one.
            PurgeAt = state.PurgeAt is { } at ? (at < purgeAt ? at : purgeAt) : null,
        };
    }

    private static ProcessState Fold(ProcessState state, ProcessChange.Probed probed)
    {
        var before = state.Health?.Of(probed.Probe);
        var since = probed.Status == ProbeStatus.Unknown ? null : before?.Status == probed.Status ? before.Since : probed.At;
        return state with
        {
            Health = (state.Health ?? new HealthInfo()).With(probed.Probe, new ProbeInfo(probed.Status, since, probed.Error)),
        };
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
