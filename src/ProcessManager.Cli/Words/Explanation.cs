using System.Globalization;
using System.Text;

namespace ProcessManager.Cli;

/// <summary>
/// A process explained: how it stands, why it isn't running, what comes next, and what its command said last.
/// </summary>
internal static class Explanation
{
    public static string Of(ProcessInfo info, ProcessSpec spec, IReadOnlyList<AttemptResult> runs, DateTimeOffset now)
    {
        var text = new StringBuilder();
        var name = info.Name == info.Id.Value ? "" : $" ({info.Name})";
        text.Append(CultureInfo.InvariantCulture, $"{info.Id}{name}: {info.Phase}\n");
        Add(text, "now", Now(info));
        Add(text, "why", Why(info, spec));
        Add(text, "next", Next(info, spec, runs, now));
        Add(text, "node", info.Node);
        Add(text, "command", Words.CommandLine(info.Command, info.Args));
        Add(text, "directory", spec.WorkingDirectory);
        Add(text, "startup", Probe(info.Health?.Startup, now));
        Add(text, "liveness", Probe(info.Health?.Liveness, now));
        Add(text, "readiness", Probe(info.Health?.Readiness, now));
        Add(text, "says", Says(info.Health));
        Add(text, "group", info.Group);
        Add(text, "labels", info.Labels.Count == 0 ? null : string.Join(", ", info.Labels.Select(label => $"{label.Key}={label.Value}")));
        Add(text, "history", History(info));
        Add(text, "uses", info.Metrics is { } used ? Used(used) : null);
        Add(text, "lifetime", info.Lifetime == Lifetime.Keep ? "outlives the manager" : "ends with the manager");
        Add(text, "left behind", info.LeftBehind.Count == 0 ? null : $"os pids {string.Join(", ", info.LeftBehind)}");
        foreach (var missing in info.NotEnforced)
        {
            Add(text, "not enforced", missing);
        }

        AddLastErrorLines(text, info);
        return text.ToString().TrimEnd('\n');
    }

    private static string Now(ProcessInfo info) => info.Phase switch
    {
        Phase.Created => "was never started",
        Phase.Waiting when info.OsPid is not null => $"ran as os pid {info.OsPid}, on a node that can't be reached now",
        Phase.Waiting => "wanted up, not started yet",
        Phase.Starting when info.OsPid is { } osPid => $"runs as os pid {osPid}{For(info.Uptime)}, and isn't ready yet",
        Phase.Starting => $"is being started (attempt {info.Attempt})",
        Phase.Running => $"runs as os pid {info.OsPid}{For(info.Uptime)}{Well(info)}",
        Phase.BackingOff => "is not running, and waits for its next attempt",
        Phase.Terminating => "is being ended; what is left after its grace is killed",
        Phase.Terminated or Phase.Finished => info.EndedAt is { } at ? $"is not running; it ended at {Words.Time(at)}" : "is not running",
    };

    private static string Well(ProcessInfo info) => info switch
    {
        { Health.Stage: ServiceStage.Stopping } => ", and says that it is stopping",
        { Ready: false } => ", and isn't ready",
        { Healthy: true } => "",
        { Health.HasProbes: true } => ", and isn't known to be healthy",
        _ => ", after failing again and again",
    };

    private static string? Why(ProcessInfo info, ProcessSpec spec) => info switch
    {
        { Phase: Phase.Running } or { Phase: Phase.Created } => null,
        { Phase: Phase.Starting, OsPid: not null } => spec.ReadyWaitsFor(),
        { BlockedBy: { } cause } => $"waits for {cause}",
        { Phase: Phase.Terminating, Goal: Goal.Gone } => "it was asked to be removed",
        { Phase: Phase.Terminating } => "its run is over or was asked to end",
        { Reason: EndReason.StartFailed or EndReason.DependencyFailed, LastError: { } error } => $"it could not be started: {error.Message} ({error.Code})",
        { Reason: { } reason } => Ended(info, reason) + GaveUp(info, spec, reason),
        _ => null,
    };

    private static string Ended(ProcessInfo info, EndReason reason) => reason switch
    {
        EndReason.Completed => $"it completed (exit {info.ExitCode})",
        EndReason.Failed => $"it exited with {info.ExitCode}",
        EndReason.Signaled => $"{info.Signal} ended it, which the manager didn't send",
        EndReason.Stopped => info.Signal == Signal.Kill ? "it was stopped, and needed SIGKILL after its grace" : "it was stopped",
        EndReason.Killed => "it was killed, as asked",
        EndReason.TimedOut => "it ran past its timeout",
        EndReason.IdleTimedOut => "it wrote nothing past its idle timeout",
        EndReason.Unhealthy or EndReason.WatchdogExpired => $"it was ended: {info.LastError?.Message ?? "it wasn't healthy"}",
        EndReason.OutOfMemory => "the kernel killed it: out of memory",
        EndReason.StartFailed => "it could not be started",
        EndReason.DependencyFailed => "what it depends on failed",
        EndReason.NodeLost => "its machine was lost or restarted",
        EndReason.Unknown => "it ended, and nobody saw how (no manager ran)",
    };

    /// <summary>An end that its policy restarts after, and yet no restart: the policy's limit.</summary>
    private static string GaveUp(ProcessInfo info, ProcessSpec spec, EndReason reason) =>
        info.Phase is Phase.Terminated or Phase.Finished
        && spec.Restart.Max is { } max
        && info.ConsecutiveFailures > max
        && reason is not (EndReason.Completed or EndReason.Stopped or EndReason.Killed)
            ? $"; its policy gave up after {Words.Count(max, "restart")}{Within(spec.Restart.Window)}"
            : "";

    private static string? Probe(ProbeInfo? probe, DateTimeOffset now) => probe switch
    {
        null => null,
        { Status: ProbeStatus.Unknown, LastError: { } error } => $"hasn't passed yet: {error}",
        { Status: ProbeStatus.Unknown } => "isn't known yet",
        { Status: ProbeStatus.Passing } => $"passes{For(now - probe.Since)}",
        { Status: ProbeStatus.Failing } => $"fails{For(now - probe.Since)}: {probe.LastError}",
        _ => probe.Status.ToString(),
    };

    private static string? Says(HealthInfo? health) => health switch
    {
        { Stage: { } stage, Message: { } message } => $"{stage.ToString().ToLowerInvariant()}: {message}",
        { Stage: { } stage } => stage.ToString().ToLowerInvariant(),
        _ => health?.Message,
    };

    private static string? Next(ProcessInfo info, ProcessSpec spec, IReadOnlyList<AttemptResult> runs, DateTimeOffset now) => info switch
    {
        { NextStartAt: { } at } => $"will be started again at {Words.Time(at)}, in {Words.Duration(at - now)}, {Failure(info, spec.Restart, runs, now)}",
        { Phase: Phase.Running or Phase.Starting } => spec.Restart.When switch
        {
            RestartWhen.Never => "stays down when it ends",
            RestartWhen.OnAbnormal => "is started again after an abnormal end",
            RestartWhen.OnFailure => "is started again when it fails",
            RestartWhen.Always => "is started again whenever it ends",
        },
        { Phase: Phase.Terminating, Goal: Goal.Up } => "is started again when it is down",
        { Phase: Phase.Terminating, Goal: Goal.Gone } => "is forgotten when it is down",
        { Phase: Phase.Created or Phase.Terminated or Phase.Finished, NextScheduledAt: { } at } => $"is started by its schedule at {Words.Time(at)}, in {Words.Duration(at - now)}",
        { Phase: Phase.Created or Phase.Terminated or Phase.Finished } => $"stays down until `procman start {info.Id}`",
        _ => null,
    };

    private static string Failure(ProcessInfo info, RestartPolicy restart, IReadOnlyList<AttemptResult> runs, DateTimeOffset now)
    {
        var counted = restart.Window is { } window ? now - window : DateTimeOffset.MinValue;
        var failures = Math.Max(1, runs.Count(end => end.Run == info.Run && end.EndedAt >= counted));
        return restart.Max is { } max ? $"failure {failures} of {max}{Within(restart.Window)}" : $"failure {failures}{Within(restart.Window)}";
    }

    private static string Within(TimeSpan? window) => window is { } span ? $" in {Words.Duration(span)}" : "";

    private static string For(TimeSpan? uptime) => uptime is { } span ? $", for {Words.Duration(span)} now" : "";

    private static string? History(ProcessInfo info) => info.Run == 0
        ? null
        : $"run {info.Run}, attempt {info.Attempt}; {Restarts(info.RestartCount)} by its policy"
            + (info.Phase == Phase.Running && info.Reason is { } reason ? $"; the attempt before: {Words.End(reason, info.ExitCode, info.Signal)}" : "");

    private static string Restarts(int count) => count switch
    {
        0 => "never restarted",
        1 => "restarted once",
        _ => $"restarted {count} times",
    };

    private static string Used(TreeMetrics used) => string.Create(
        CultureInfo.InvariantCulture,
        $"{used.CpuPercent:0.0}% CPU, {Words.Size(used.MemoryBytes)}, {Words.Count(used.Threads, "thread")}, {Words.Count(used.Children + 1, "process")}");

    private static void Add(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name,-12}  {Words.OneLine(value)}\n");
        }
    }

    private static void AddLastErrorLines(StringBuilder text, ProcessInfo info)
    {
        if (string.IsNullOrWhiteSpace(info.LastErrorLines))
        {
            return;
        }

        text.Append("  last error lines\n");
        foreach (var line in info.LastErrorLines.TrimEnd('\n').Split('\n'))
        {
            text.Append(CultureInfo.InvariantCulture, $"    | {Words.OneLine(line)}\n");
        }
    }
}
