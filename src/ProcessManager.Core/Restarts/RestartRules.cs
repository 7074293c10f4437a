namespace ProcessManager;

/// <summary>
/// When an attempt that ended by itself is followed by another: a function of the policy, the ends so far and the time.
/// </summary>
public static class RestartRules
{
    /// <summary>Between two tries of a start that the kernel couldn't do just then (± half of it).</summary>
    private static readonly TimeSpan TransientDelay = TimeSpan.FromSeconds(1);

    /// <param name="ranFor">How long the attempt ran.</param>
    /// <param name="chance">-1 to 1: where in the jitter this restart falls.</param>
    public static RestartVerdict After(RestartPolicy policy, AttemptResult end, TimeSpan ranFor, RestartRecord record, DateTimeOffset now, double chance)
    {
        if (!Wants(policy, end))
        {
            return new RestartVerdict.Stay();
        }

        var quiet = ranFor >= policy.ResetAfter;
        var failures = quiet ? 1 : record.ConsecutiveFailures + 1;
        var recent = policy.Window is { } window ? record.Recent.Where(at => at > now.Before(window)) : record.Recent;
        if (policy.Max is { } max && recent.Count() >= max)
        {
            var within = policy.Window is { } w ? $"within {Durations.Format(w)}" : "in this run";
            return new RestartVerdict.GiveUp($"restarted {max} times {within}, which is the limit");
        }

        var counted = new RestartRecord
        {
            Count = record.Count + 1,
            ConsecutiveFailures = failures,
            Recent = policy.Max is { } limit ? [.. recent.Append(now).TakeLast(limit + 1)] : [],
        };
        return new RestartVerdict.Again(now.After(Delay(policy, failures, chance)), counted);
    }

    /// <summary>A start that failed for want of something that comes back (EAGAIN, ENOMEM, EMFILE, ETXTBSY): tried again, not counted.</summary>
    public static RestartVerdict AfterTransient(RestartRecord record, DateTimeOffset now, double chance) =>
        new RestartVerdict.Again(now + (TransientDelay * (1 + (0.5 * chance))), record);

    /// <summary>min(delay·factor^(k-1) ± jitter, maxDelay) before the k-th restart in a row.</summary>
    public static TimeSpan Delay(RestartPolicy policy, int consecutive, double chance)
    {
        var seconds = policy.Delay.TotalSeconds * Math.Pow(policy.Factor, consecutive - 1) * (1 + (policy.Jitter * chance));
        return policy.Delay == TimeSpan.Zero ? TimeSpan.Zero // Though factor^k may be infinite.
            : seconds < policy.MaxDelay.TotalSeconds ? TimeSpan.FromSeconds(seconds)
            : policy.MaxDelay;
    }

    /// <summary>What an end that may be unknown counts as under this policy.</summary>
    public static EndReason Counted(RestartPolicy policy, EndReason reason) =>
        reason == EndReason.Unknown && policy.UnknownIs == UnknownEnd.Success ? EndReason.Completed : reason;

    private static bool Wants(RestartPolicy policy, AttemptResult end)
    {
        if (end.ExitCode is { } code && end.Signal is null && policy.PreventExitCodes.Contains(code))
        {
            return false;
        }

        return Counted(policy, end.Reason) switch
        {
            EndReason.Stopped or EndReason.Killed or EndReason.DependencyFailed => false,
            EndReason.Completed => policy.When == RestartWhen.Always,
            EndReason.Failed => policy.When is RestartWhen.Always or RestartWhen.OnFailure,
            EndReason.StartFailed => policy.When == RestartWhen.Always || (policy.When == RestartWhen.OnFailure && MayMend(end)),
            EndReason.Signaled or EndReason.TimedOut or EndReason.IdleTimedOut or EndReason.OutOfMemory or EndReason.Unhealthy
                or EndReason.WatchdogExpired or EndReason.NodeLost or EndReason.Unknown =>
                policy.When != RestartWhen.Never,
            _ => throw new System.Diagnostics.UnreachableException($"reason {end.Reason}"),
        };
    }

    /// <summary>A command that isn't there at a first start won't be at a second; one that was there before may be in the middle of an upgrade.</summary>
    private static bool MayMend(AttemptResult end) =>
        end.Attempt > 1 || end.Error?.Code is not (ErrorCode.CommandNotFound or ErrorCode.PermissionDenied or ErrorCode.BadWorkingDirectory or ErrorCode.InvalidSpec);
}
