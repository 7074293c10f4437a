using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>
/// Waiting for other processes before a run starts. What is left to wait for is part of the state; a dependency that was met is met for this run. While it waits it
/// is nowhere and holds nothing that another one could need: no slot, no token, no node.
/// <code>
/// start ─► Waiting, AwaitDependencies ─► news: one after the other is met ─► Open, where the news say
///                                             ├ one failed, or is late: DependencyFailed
///                                             └ an optional one failed, is down or late: passed over
/// </code>
/// </content>
public static partial class ProcessMachine
{
    /// <summary>How the error of a run begins that failed for a dependency.</summary>
    internal const string FailedDependency = "its dependency ";

    private static Decision Await(ProcessState state, Epoch epoch, DateTimeOffset now) => new(
        [new ProcessChange.Waiting(epoch, Blocker.Dependencies.Unseen(state.Spec.DependsOn, now), now)],
        [new ProcessEffect.AwaitDependencies(epoch, state.Spec.DependsOn)]);

    private static Decision HearDependencies(ProcessState state, Blocker.Dependencies wait, ProcessOrder.DependencyNews news, DateTimeOffset now)
    {
        var unmet = new List<UnmetDependency>();
        foreach (var one in wait.Unmet)
        {
            if (news.Standings.FirstOrDefault(told => told.On == one.On) is not { } told)
            {
                unmet.Add(one);
            }
            else if (told.Standing is Standing.Failed or Standing.Missing && !one.On.Optional)
            {
                var code = told.Standing == Standing.Missing ? ErrorCode.DependencyMissing : ErrorCode.DependencyFailed;
                return FailDependency(state, new ErrorInfo(code, $"{FailedDependency}{told.Why}"), now);
            }
            else if (told.Standing == Standing.Coming || (told.Standing == Standing.Down && !one.On.Optional))
            {
                unmet.Add(one with { Why = told.Why });
            }
        }

        var left = wait with { Unmet = [.. unmet] };
        return unmet.Count == 0 ? Admit(state, state.Epoch, byPolicy: false, Target(state, news.Placement), now)
            : left == wait ? Decision.Nothing
            : new([new ProcessChange.WaitsFor(left, now)], []);
    }

    /// <summary>When the first of what it waits for is late.</summary>
    private static DateTimeOffset? DependencyIsLateAt(ProcessState state) =>
        state.BlockedBy is Blocker.Dependencies wait ? wait.Unmet.Select(one => LateAt(wait, one.On)).Min() : null;

    private static DateTimeOffset? LateAt(Blocker.Dependencies wait, Dependency on) => on.Timeout is { } limit ? wait.Since.After(limit) : null;

    private static Decision PassLateDependencies(ProcessState state, Blocker.Dependencies wait, DateTimeOffset now)
    {
        var late = wait.Unmet.Where(one => LateAt(wait, one.On) <= now).ToList();
        if (late.Find(one => !one.On.Optional) is { } required)
        {
            var why = required.Why is { } lacks ? $", {lacks}," : "";
            var message = $"{FailedDependency}\"{required.On.Id}\"{why} had {Durations.Format(required.On.Timeout!.Value)} to get there";
            return FailDependency(state, new ErrorInfo(ErrorCode.DependencyFailed, message), now);
        }

        // The host is asked anew, also when nothing is left: it is who knows where to.
        ValueList<UnmetDependency> left = [.. wait.Unmet.Except(late)];
        return new(
            [new ProcessChange.WaitsFor(wait with { Unmet = left }, now)],
            [new ProcessEffect.AwaitDependencies(state.Epoch, [.. left.Select(one => one.On)])]);
    }

    private static Decision FailDependency(ProcessState state, ErrorInfo error, DateTimeOffset now)
    {
        var result = new AttemptResult
        {
            Run = state.Epoch.Run,
            Attempt = state.Epoch.Attempt,
            Reason = EndReason.DependencyFailed,
            Error = error,
            EndedAt = now,
        };
        return Terminate(
            state,
            [
                new ProcessChange.StartFailed(error, now),
                new ProcessChange.Ended(result, new RestartVerdict.Stay(), state.Spec.Restart.Max, Sweep: null, now),
            ],
            [],
            now);
    }
}
