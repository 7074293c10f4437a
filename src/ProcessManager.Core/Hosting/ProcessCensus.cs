namespace ProcessManager;

/// <summary>Rules about all processes of a host together.</summary>
internal static class ProcessCensus
{
    /// <summary>Whether a process counts as failed in what a host says of its health.</summary>
    /// <param name="reason">Of the last attempt that ended, if any did.</param>
    public static bool HasFailed(Phase phase, EndReason? reason) =>
        phase is Phase.Terminated or Phase.Finished && reason is not (null or EndReason.Completed or EndReason.Stopped or EndReason.Killed);

    /// <summary>Which record makes room at the limit: the oldest finished one-off, else the oldest finished one; null when none is finished.</summary>
    public static T? OldestFinished<T>(IEnumerable<T> all, Func<T, (Phase Phase, bool OneOff, DateTimeOffset? EndedAt)> facts)
        where T : class =>
        all.Where(each => facts(each).Phase == Phase.Finished).MinBy(each => (!facts(each).OneOff, facts(each).EndedAt ?? DateTimeOffset.MinValue));
}
