using System.Text.RegularExpressions;

namespace ProcessManager;

/// <summary>Probes, readiness and the watchdog.</summary>
internal static class HealthRules
{
    private const int MostThreshold = 1_000_000;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    public static void Check(ProcessSpec spec, RuleList rules)
    {
        if (spec.Health is { } health)
        {
            Probe("health.startup", health.Startup, rules);
            Probe("health.liveness", health.Liveness, rules);
            Probe("health.readiness", health.Readiness, rules);
        }

        if (spec.Ready is { } ready)
        {
            Ready(spec, ready, rules);
        }

        rules.Limit("watchdog", spec.Watchdog);
    }

    /// <summary>Every text, for the limit of a spec's size.</summary>
    public static IEnumerable<string?> Texts(ProcessSpec spec) =>
        new[] { spec.Health?.Startup, spec.Health?.Liveness, spec.Health?.Readiness }
            .SelectMany(probe => probe?.Target switch
            {
                ProbeTarget.Http http => [http.Url, http.Contains, .. http.Headers.SelectMany(header => new[] { header.Key, header.Value })],
                ProbeTarget.Command command => [command.Executable, .. command.Args],
                _ => Array.Empty<string?>(),
            })
            .Append(spec.Ready?.LogLine);

    private static void Ready(ProcessSpec spec, ReadySpec ready, RuleList rules)
    {
        rules.Defined("ready", ready.By);
        rules.Limit("ready.timeout", ready.Timeout);
        rules.Refuse(ready.By == ReadyBy.Port != ready.Port is not null, "ready.port", "goes with readiness by port, and with that alone");
        rules.Refuse(ready.By == ReadyBy.LogLine != ready.LogLine is not null, "ready.logLine", "goes with readiness by log line, and with that alone");
        rules.Refuse(
            ready.By == ReadyBy.Probe && spec.Health is null or { Startup: null, Readiness: null },
            "ready",
            "by probe needs a readiness or a startup probe in health");
        rules.Refuse(
            ready.By == ReadyBy.LogLine && spec.Output.Mode == OutputMode.Discard, "ready.logLine", "needs output that is kept: with output discard there is no line to see");
        if (ready.Port is { } port)
        {
            rules.Add("ready.port", PortProblem(port));
        }

        if (ready.LogLine is { } line)
        {
            rules.Add("ready.logLine", ExpressionProblem(line));
        }
    }

    private static void Probe(string path, ProbeSpec? probe, RuleList rules)
    {
        if (probe is null)
        {
            return;
        }

        switch (probe.Target)
        {
            case ProbeTarget.Http http:
                Http(SpecPath.Join(path, "http"), http, rules);
                break;
            case ProbeTarget.Tcp tcp:
                rules.Add(SpecPath.Join(path, "tcp.port"), PortProblem(tcp.Port));
                rules.Add(SpecPath.Join(path, "tcp.host"), HostProblem(tcp.Host));
                break;
            case ProbeTarget.Command command:
                Command(SpecPath.Join(path, "command"), command, rules);
                break;
            default:
                rules.Add(path, "must say whom to ask: http, tcp or command");
                break;
        }

        rules.Length(SpecPath.Join(path, "initialDelay"), probe.InitialDelay);
        rules.Length(SpecPath.Join(path, "interval"), probe.Interval);
        rules.Refuse(
            probe.Interval >= TimeSpan.Zero && probe.Interval < ShortestInterval, SpecPath.Join(path, "interval"), $"must be at least {Durations.Format(ShortestInterval)}");
        rules.Limit(SpecPath.Join(path, "timeout"), probe.Timeout);
        Threshold(SpecPath.Join(path, "successThreshold"), probe.SuccessThreshold, rules);
        Threshold(SpecPath.Join(path, "failureThreshold"), probe.FailureThreshold, rules);
    }

    private static void Http(string path, ProbeTarget.Http http, RuleList rules)
    {
        var url = SpecPath.Join(path, "url");
        rules.Add(url, TextRules.NonEmptyProblem(http.Url, 4096) ?? UrlProblem(http.Url));
        rules.Refuse(!IsToken(http.Method), SpecPath.Join(path, "method"), "must be a method, as GET or HEAD");
        foreach (var (name, value) in http.Headers)
        {
            var header = SpecPath.Key(SpecPath.Join(path, "headers"), name);
            rules.Refuse(!IsToken(name), header, "a header's name has letters, digits and -");
            rules.Refuse(value.Any(c => c is < ' ' or > '~'), header, "must be printable ASCII");
        }

        for (var index = 0; index < http.ExpectedStatus.Count; index++)
        {
            rules.Refuse(
                http.ExpectedStatus[index] is < 200 or > 599, SpecPath.Item(SpecPath.Join(path, "expectedStatus"), index), "must be a final status, from 200 to 599");
        }

        rules.Add(SpecPath.Join(path, "contains"), http.Contains is null ? null : TextRules.NonEmptyProblem(http.Contains, 4096));
    }

    private static void Command(string path, ProbeTarget.Command command, RuleList rules)
    {
        rules.Add(SpecPath.Join(path, "command"), command.Executable is { Length: 0 } ? "must not be empty" : TextRules.Problem(command.Executable));
        for (var index = 0; index < command.Args.Count; index++)
        {
            rules.Add(SpecPath.Item(SpecPath.Join(path, "args"), index), TextRules.Problem(command.Args[index]));
        }

        rules.Refuse(command.ExpectedExitCode is < 0 or > 255, SpecPath.Join(path, "expectedExitCode"), "must be an exit code from 0 to 255");
    }

    private static void Threshold(string path, int value, RuleList rules) =>
        rules.Refuse(value is < 1 or > MostThreshold, path, $"must be from 1 to {MostThreshold}, and is {value}");

    private static string? PortProblem(int port) => port is < 1 or > 65535 ? $"must be from 1 to 65535, and is {port}" : null;

    private static string? HostProblem(string host) =>
        TextRules.NonEmptyProblem(host, 255) ?? (Uri.CheckHostName(host) == UriHostNameType.Unknown ? "must be a host's name or address" : null);

    private static string? UrlProblem(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? "must be a whole http or https URL"
        : uri.Host.Length == 0 ? "names no host"
        : uri.Port == 0 ? "must not have port 0"
        : uri.UserInfo.Length > 0 ? "must not hold a user; send a header instead"
        : null;

    private static string? ExpressionProblem(string expression)
    {
        if (TextRules.NonEmptyProblem(expression, 4096) is { } problem)
        {
            return problem;
        }

        try
        {
            _ = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"is no expression that can be matched without backtracking: {e.Message}";
        }
    }

    private static bool IsToken(string text) => text is { Length: > 0 and <= 64 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
