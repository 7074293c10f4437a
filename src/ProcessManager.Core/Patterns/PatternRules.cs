using System.Globalization;

namespace ProcessManager;

/// <summary>What a pattern's parameters must be, and what it fills in.</summary>
internal static class PatternRules
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(10);

    public static void Check(ProcessPattern? pattern, RuleList rules)
    {
        switch (pattern)
        {
            case null:
                break;
            case ProcessPattern.WebServer web:
                Port("pattern.webServer.port", web.Port, rules);
                rules.Refuse(!web.HealthPath.StartsWith('/'), "pattern.webServer.healthPath", "must begin with /");
                rules.Limit("pattern.webServer.healthInterval", web.HealthInterval);
                break;
            case ProcessPattern.Database database:
                Port("pattern.database.port", database.Port, rules);
                rules.Add("pattern.database.host", TextRules.NonEmptyProblem(database.Host));
                rules.Limit("pattern.database.startupTime", database.StartupTime);
                break;
            case ProcessPattern.Worker worker:
                rules.Add("pattern.worker.healthCommand", worker.HealthCommand is null ? null : TextRules.NonEmptyProblem(worker.HealthCommand));
                rules.Refuse(worker.MaxRestarts < 0, "pattern.worker.maxRestarts", $"must be 0 or more, and is {worker.MaxRestarts}");
                break;
            case ProcessPattern.BlockchainNode node:
                Port("pattern.blockchainNode.port", node.Port, rules);
                rules.Limit("pattern.blockchainNode.startupTime", node.StartupTime);
                rules.Length("pattern.blockchainNode.grace", node.Grace);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"pattern {pattern.GetType().Name}");
        }
    }

    /// <summary>A spec with what the pattern fills in: what its own fields say is to be put over it.</summary>
    public static ProcessSpec Fill(ProcessSpec plain, ProcessPattern pattern) => (pattern switch
    {
        ProcessPattern.WebServer web => plain with { Restart = Restarts(3, seconds: 5), Health = Ready(Http(web), web.HealthInterval) },
        ProcessPattern.Database database => plain with
        {
            Restart = Restarts(5, seconds: 10),
            Health = ReadyAfter(new ProbeTarget.Tcp(database.Port) { Host = database.Host }, database.StartupTime),
        },
        ProcessPattern.Worker worker => plain with
        {
            Restart = worker.RestartOnCrash ? Restarts(worker.MaxRestarts, seconds: 5) : plain.Restart,
            Health = worker.HealthCommand is { } line ? Ready(new ProbeTarget.Command(line) { Shell = true }, UsualInterval) : plain.Health,
        },
        ProcessPattern.BlockchainNode node => plain with
        {
            Restart = Restarts(3, seconds: 15),
            Stop = plain.Stop with { Grace = node.Grace },
            Health = ReadyAfter(new ProbeTarget.Tcp(node.Port), node.StartupTime),
        },
        _ => throw new System.Diagnostics.UnreachableException($"pattern {pattern.GetType().Name}"),
    }) with { Pattern = pattern };

    private static ProbeTarget.Http Http(ProcessPattern.WebServer web) => new($"http://localhost:{web.Port.ToString(CultureInfo.InvariantCulture)}{web.HealthPath}");

    private static HealthSpec Ready(ProbeTarget target, TimeSpan interval) => new()
    {
        Readiness = new ProbeSpec { Target = target, Interval = interval, Timeout = ProbeTimeout },
    };

    /// <summary>With a startup probe that waits for so long: each second, at most.</summary>
    private static HealthSpec ReadyAfter(ProbeTarget target, TimeSpan startupTime)
    {
        var ready = Ready(target, UsualInterval);
        var interval = startupTime < TimeSpan.FromSeconds(1) && startupTime > TimeSpan.Zero ? startupTime : TimeSpan.FromSeconds(1);
        return ready with
        {
            Startup = ready.Readiness! with { Interval = interval, FailureThreshold = (int)Math.Clamp(Math.Ceiling(startupTime / interval), 1, int.MaxValue) },
        };
    }

    /// <summary>So many times in the whole run, always after the same pause.</summary>
    private static RestartPolicy Restarts(int max, int seconds) => new()
    {
        When = RestartWhen.OnFailure,
        Max = max,
        Window = null,
        Delay = TimeSpan.FromSeconds(seconds),
        MaxDelay = TimeSpan.FromSeconds(seconds),
        Factor = 1,
        Jitter = 0,
    };

    private static void Port(string path, int port, RuleList rules) => rules.Refuse(port is < 1 or > 65535, path, $"must be from 1 to 65535, and is {port}");
}
