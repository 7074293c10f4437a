namespace ProcessManager;

/// <summary>A state as users see it.</summary>
public static class ProcessProjection
{
    /// <summary>Of what is wanted up, and can't be reached, nobody can say more than that it is waited for.</summary>
    /// <param name="last">The last attempt with its error lines; null where there was none.</param>
    /// <param name="defaultLifetime">The host's, for specs that don't say.</param>
    /// <param name="node">The host's, where it has one machine.</param>
    public static ProcessInfo ToInfo(this ProcessState state, AttemptResult? last, Lifetime defaultLifetime, string? node, DateTimeOffset now)
    {
        var spec = state.Spec;
        var failures = state.Child is { } alive && now - alive.StartedAt >= spec.Restart.ResetAfter ? 0 : state.Restarts.ConsecutiveFailures;
        return new ProcessInfo
        {
            Id = state.Id,
            Name = spec.Name ?? state.Id.Value,
            Group = spec.Group,
            Labels = spec.Labels,
            Command = spec.Command,
            Args = spec.Args,
            Goal = state.Goal,
            Phase = state is { AwaySince: not null, IsUp: true } ? Phase.Waiting : state.Phase,
            Run = state.Epoch.Run,
            Attempt = state.Epoch.Attempt,
            OsPid = state.Child?.Identity.OsPid,
            Status = state.Child is not null ? null : state.Epoch.Run == 0 ? OsState.Initial : OsState.Terminated,
            Ready = state.IsReady,
            Healthy = (state with { Restarts = state.Restarts with { ConsecutiveFailures = failures } }).IsHealthy,
            Health = state.Health,
            BlockedBy = BlockedBy(state),
            CreatedAt = state.CreatedAt,
            StartedAt = state.Child?.StartedAt ?? state.Last?.StartedAt,
            EndedAt = state.Last?.EndedAt,
            Uptime = state is { Child: { } child, AwaySince: null } ? now - child.StartedAt : null,
            ExitCode = state.Last?.ExitCode,
            Signal = state.Last?.Signal,
            Reason = state.Last?.Reason,
            LastErrorLines = last?.LastErrorLines,
            LeftBehind = state.LeftBehind,
            LastError = state.Last?.Error,
            RestartCount = state.Restarts.Count,
            ConsecutiveFailures = failures,
            NextStartAt = state.NextStartAt,
            Lifetime = spec.LifetimeOr(defaultLifetime),
            NotEnforced = state.NotEnforced,
            Node = state.Node ?? node,
            Version = state.Version,
            OneOff = state.OneOff,
            Replica = spec.Replica,
            Job = state.Job,
            NextScheduledAt = state.ScheduledAt,
            Attached = state.Attached is not null,
        };
    }

    /// <summary>An earlier run of the same process, from the end of its last attempt.</summary>
    public static ProcessInfo OfRun(this ProcessInfo info, AttemptResult last) => info with
    {
        Goal = Goal.Down,
        Phase = Phase.Finished,
        Run = last.Run,
        Attempt = last.Attempt,
        OsPid = null,
        Status = OsState.Terminated,
        Ready = false,
        Healthy = false,
        Health = null,
        BlockedBy = null,
        StartedAt = last.StartedAt,
        EndedAt = last.EndedAt,
        Uptime = null,
        ExitCode = last.ExitCode,
        Signal = last.Signal,
        Reason = last.Reason,
        LastErrorLines = last.LastErrorLines,
        LastError = last.Error,
        NextStartAt = null,
    };

    /// <summary>With what was measured of it.</summary>
    /// <param name="metrics">Null when it couldn't be.</param>
    public static ProcessInfo Measured(this ProcessInfo info, TreeMetrics? metrics) => info with
    {
        Metrics = metrics,
        Status = metrics?.State ?? info.Status ?? OsState.Unavailable,
    };

    private static string? BlockedBy(ProcessState state) =>
        state.AwaySince is { } since ? $"its node \"{state.Node}\", away since {TimeText.Of(since)}"
        : state.Phase != Phase.Waiting ? null
        : (state.BlockedBy ?? new Blocker.StartToken()).Text;
}
