using System.Diagnostics;
using Decision = ProcessManager.Decision<ProcessManager.ProcessChange, ProcessManager.ProcessEffect>;

namespace ProcessManager;

/// <content>Whether the present attempt is ready, and whether it is well. Once a way down is under way nothing of this matters any more.</content>
public static partial class ProcessMachine
{
    private static Decision HearHealth(ProcessState state, SupervisorReport report, DateTimeOffset now) => report switch
    {
        _ when !state.IsUnderWay => Decision.Nothing,
        SupervisorReport.Probed probed => HearProbed(state, probed, now),
        SupervisorReport.BecameReady when state.Phase == Phase.Starting && state.Spec.ReadyBy() is not (null or ReadyBy.Probe) => new([new ProcessChange.Ready(now)], []),
        SupervisorReport.BecameReady => Decision.Nothing,
        SupervisorReport.Noticed noticed => HearNoticed(state, noticed),
        SupervisorReport.MainChanged changed when changed.Child != state.Child!.Identity => new([new ProcessChange.MainChanged(changed.Child, changed.At)], []),
        SupervisorReport.MainChanged => Decision.Nothing,
        SupervisorReport.WatchdogExpired when state.Spec.Watchdog is not null => EndAttempt(state, EndReason.WatchdogExpired, now),
        SupervisorReport.WatchdogExpired => Decision.Nothing,
        _ => throw new UnreachableException($"report {report.GetType().Name}"),
    };

    private static Decision HearProbed(ProcessState state, SupervisorReport.Probed probed, DateTimeOffset now)
    {
        // One that isn't asked any more had its say on the way.
        if (state.Health?.Of(probed.Probe) is not { } before)
        {
            return Decision.Nothing;
        }

        var error = probed.Status == ProbeStatus.Passing ? null : Cut(probed.Error);
        if (before.Status == probed.Status && before.LastError == error)
        {
            return Decision.Nothing;
        }

        var change = new ProcessChange.Probed(probed.Probe, probed.Status, error, probed.At);
        var after = Fold(state, change);
        if (probed is { Status: ProbeStatus.Failing, Probe: ProbeKind.Startup or ProbeKind.Liveness })
        {
            var end = EndAttempt(after, EndReason.Unhealthy, now);
            return new([change, .. end.Changes], end.Effects);
        }

        return new(BecomesReady(after) ? [change, new ProcessChange.Ready(now)] : [change], []);
    }

    private static bool BecomesReady(ProcessState state) => state.Phase == Phase.Starting && Seen(state).ReadyBy() switch
    {
        null => true,
        ReadyBy.Probe => state.Health is not { } health || health.ReadyByProbe,
        ReadyBy.LogLine or ReadyBy.Port or ReadyBy.Notify => false,
        _ => throw new UnreachableException("ready"),
    };

    private static Decision HearNoticed(ProcessState state, SupervisorReport.Noticed noticed)
    {
        var message = Cut(noticed.Message);
        return (state.Health?.Stage, state.Health?.Message, state.ReadyExtendedTo) == (noticed.Stage, message, noticed.ReadyExtendedTo)
            ? Decision.Nothing
            : new([new ProcessChange.Noticed(noticed.Stage, message, noticed.ReadyExtendedTo, noticed.At)], []);
    }

    /// <summary>Of one that isn't ready in time.</summary>
    private static DateTimeOffset? MustBeReadyAt(ProcessState state)
    {
        if (state is not { Phase: Phase.Starting, IsUnderWay: true, Child: { } child, Attached: null, Spec.Ready.Timeout: { } limit })
        {
            return null;
        }

        var at = child.StartedAt.After(limit);
        return state.ReadyExtendedTo > at ? state.ReadyExtendedTo : at;
    }

    /// <summary>All that is to be looked after once a child runs.</summary>
    private static ValueList<ProcessEffect> Watches(ProcessState state) =>
        Seen(state).IdleTimeout is { } limit ? [Told(state, new SupervisorCommand.WatchIdle(limit)), .. HealthWatch(state)] : HealthWatch(state);

    private static ValueList<ProcessEffect> HealthWatch(ProcessState state) =>
        Seen(state) is var spec && spec.IsWatched()
            ? [Told(state, new SupervisorCommand.WatchHealth(spec.Health, spec.Ready, spec.Watchdog, state.Health, state.Phase == Phase.Running))]
            : [];

    /// <summary>Other probes for the same child.</summary>
    private static Decision WatchAnew(ProcessState state, ProcessChange.SpecChanged changed, DateTimeOffset now)
    {
        var after = Fold(state, changed);
        var watch = new SupervisorCommand.WatchHealth(after.Spec.Health, Seen(after).Ready, Seen(after).Watchdog, after.Health, after.Phase == Phase.Running);
        return new(BecomesReady(after) ? [changed, new ProcessChange.Ready(now)] : [changed], [Told(after, watch)]);
    }

    /// <summary>Why the manager ended an attempt for its health.</summary>
    private static ErrorInfo? WhyEnded(ProcessState state, EndReason reason) => reason switch
    {
        EndReason.Unhealthy when FailedProbe(state.Health) is var (name, probe) => new ErrorInfo(ErrorCode.Unavailable, $"its {name} probe failed: {probe.LastError}"),
        EndReason.Unhealthy => new ErrorInfo(
            ErrorCode.DeadlineExceeded, $"it wasn't ready within {Durations.Format(state.Spec.Ready?.Timeout ?? TimeSpan.Zero)}{NotYet(state.Health)}"),
        EndReason.WatchdogExpired => new ErrorInfo(
            ErrorCode.DeadlineExceeded, $"it gave no sign of life within {Durations.Format(state.Spec.Watchdog ?? TimeSpan.Zero)}, or asked to be ended so"),
        _ => null,
    };

    private static (string Name, ProbeInfo Probe)? FailedProbe(HealthInfo? health) => health switch
    {
        { Startup: { Status: ProbeStatus.Failing } startup } => ("startup", startup),
        { Liveness: { Status: ProbeStatus.Failing } liveness } => ("liveness", liveness),
        _ => null,
    };

    private static string NotYet(HealthInfo? health) => (health?.Startup?.LastError ?? health?.Readiness?.LastError) is { } error ? $": {error}" : "";

    private static string? Cut(string? text) => text is { Length: > HealthInfo.MostText } ? text[..(HealthInfo.MostText - 1)] + "…" : text;
}
