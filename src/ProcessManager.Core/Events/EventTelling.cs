using System.Diagnostics;

namespace ProcessManager;

/// <summary>What happened, as it is told to others and kept in the history. The host adds where it stands among all (cursor, node).</summary>
internal static class EventTelling
{
    /// <summary>The event of a change; null for one that is told by another (a goal, a step of the ladder).</summary>
    /// <param name="after">The state with this change.</param>
    public static ProcessEvent? Of(ProcessState after, ProcessChange change) => change switch
    {
        ProcessChange.Created => Event(EventType.Created),
        ProcessChange.Waiting waiting => Event(EventType.Waiting, new EventData { Detail = waiting.BlockedBy.Text }),
        ProcessChange.Starting starting => Event(starting.ByPolicy ? EventType.Restarted : EventType.Starting, new EventData
        {
            RestartCount = starting.ByPolicy ? after.Restarts.Count : null,
        }),
        ProcessChange.Attaching attaching => Event(EventType.Starting, new EventData { OsPid = attaching.Attached.Child.OsPid, Detail = "it runs already" }),
        ProcessChange.Started { Adopted: true, Child: var found } when after.Attached is not null => Event(EventType.Attached, new EventData { OsPid = found.OsPid }),
        ProcessChange.Detached detached => Event(EventType.Detached, new EventData { OsPid = after.Child?.Identity.OsPid, Detail = detached.Output }),
        ProcessChange.Started started => Event(started.Adopted ? EventType.Adopted : EventType.Started, new EventData { OsPid = started.Child.OsPid }),
        ProcessChange.Ready => Event(EventType.Ready),
        ProcessChange.Probed { Status: ProbeStatus.Passing } passes => Event(EventType.Healthy, new EventData { Probe = passes.Probe }),
        ProcessChange.Probed { Status: ProbeStatus.Failing } fails => Event(EventType.Unhealthy, new EventData { Probe = fails.Probe, Detail = fails.Error }),
        ProcessChange.StartFailed failed => Event(EventType.StartFailed, new EventData { Error = failed.Error }),
        ProcessChange.Stopping { Ladder: var ladder } => Event(EventType.Stopping, new EventData { Detail = ladder.Intent?.ToString() }),
        ProcessChange.Ended { Result.Reason: EndReason.StartFailed or EndReason.DependencyFailed } => null,
        ProcessChange.Ended ended => Ended(ended),
        ProcessChange.BackingOff backing => Event(EventType.BackingOff, new EventData { NextStartAt = backing.NextStartAt }),
        ProcessChange.GaveUp gaveUp => Event(EventType.GaveUp, new EventData { Detail = gaveUp.Why, MaxRestarts = after.Spec.Restart.Max }),
        ProcessChange.Terminated => Event(EventType.Terminated),
        ProcessChange.Finished => Event(EventType.Finished),
        ProcessChange.SpecChanged changed => Event(EventType.SpecChanged, new EventData { Detail = string.Join(", ", changed.Fields) }),
        ProcessChange.LogTruncated cut => Event(EventType.LogTruncated, new EventData { Detail = $"{cut.Stream} goes on at offset {cut.Offset}" }),
        ProcessChange.HookFailed failed => Event(EventType.HookFailed, new EventData { Detail = $"{failed.Hook}: {failed.Problem}" }),
        ProcessChange.Removed => Event(EventType.Removed),
        ProcessChange.NodeAway away => Event(EventType.Lost, new EventData { Detail = $"its node \"{away.Node}\" can't be reached" }),
        ProcessChange.NodeReturned or ProcessChange.Respawning or ProcessChange.Scheduled or ProcessChange.Detaching or ProcessChange.NotDetached or ProcessChange.GoalSet or ProcessChange.WaitsFor or ProcessChange.LadderMoved or ProcessChange.Swept or ProcessChange.RunsPurged or ProcessChange.Noticed or ProcessChange.MainChanged
            or ProcessChange.Probed => null,
        _ => throw new UnreachableException($"change {change.GetType().Name}"),
    } is { } told ? told with { Id = after.Id, Time = change.At, Run = after.Epoch.Run, Attempt = after.Epoch.Attempt } : null;

    /// <summary>The notice to a subscriber who came too late for some; its cursor is that of the last of them.</summary>
    public static ProcessEvent Missed(long count, long position) => Event(EventType.Missed, new EventData { Count = count }) with { Cursor = EventCursor.Format(position) };

    /// <summary>What became of a template, which is no process'.</summary>
    public static ProcessEvent Template(EventType type, string name, string? detail, DateTimeOffset now) =>
        Event(type, new EventData { Template = name, Detail = detail }) with { Time = now };

    private static ProcessEvent Event(EventType type, EventData? data = null) => new()
    {
        Cursor = "",
        Time = default,
        Type = type,
        Data = data ?? new EventData(),
    };

    private static ProcessEvent Ended(ProcessChange.Ended ended)
    {
        var again = ended.Verdict as RestartVerdict.Again;
        var type = ended.Result.Reason switch
        {
            EndReason.Completed => EventType.Exited,
            EndReason.Stopped => EventType.Stopped,
            EndReason.Killed => EventType.Killed,
            EndReason.TimedOut or EndReason.IdleTimedOut => EventType.TimedOut,
            EndReason.NodeLost => EventType.Lost,
            EndReason.Failed or EndReason.Signaled or EndReason.OutOfMemory or EndReason.Unhealthy or EndReason.WatchdogExpired or EndReason.Unknown or EndReason.StartFailed =>
                EventType.Crashed,
            _ => throw new UnreachableException($"reason {ended.Result.Reason}"),
        };
        return Event(type, new EventData
        {
            OsPid = ended.Result.OsPid,
            Result = ended.Result,
            WillRestart = again is not null,
            RestartCount = again?.Record.Count,
            MaxRestarts = ended.MaxRestarts,
            NextStartAt = again?.At,
            Detail = ended.Result is { Reason: EndReason.NodeLost or EndReason.Unhealthy or EndReason.WatchdogExpired, Error: { } error } ? error.Message : null,
        });
    }
}
