using System.Text;

namespace ProcessManager;

/// <summary>
/// What a spec must keep to, however it was made. What depends on the machine (users, CPUs, the command) is the supervisor's to check.
/// </summary>
public static class SpecRules
{
    /// <summary>The most text that a spec may hold, in bytes of UTF-8: command, arguments, environment, labels, input.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Everything that is wrong with <paramref name="spec"/>; empty when it is valid.</summary>
    public static IReadOnlyList<Fault> Check(ProcessSpec spec)
    {
        var rules = new RuleList();
        IdentityRules.Check(spec, rules);
        Command(spec, rules);
        foreach (var fault in EnvironmentRules.Check(spec.Environment))
        {
            rules.Add(SpecPath.Join("environment", fault.Path), fault.Message);
        }

        rules.Add("environmentFile", spec.EnvironmentFile is null ? null : TextRules.NonEmptyProblem(spec.EnvironmentFile));
        EnvironmentRules.Check(spec.InheritEnvironment, rules);
        ExecutionRules.Check(spec, rules);
        ResourceRules.Check(spec.Resources, rules);
        StdioRules.Check(spec, rules);
        rules.Limit("timeout", spec.Timeout);
        rules.Limit("idleTimeout", spec.IdleTimeout);
        HealthRules.Check(spec, rules);
        Stop(spec.Stop, rules);
        RestartPolicyRules.Check(spec.Restart, rules);
        DependencyRules.Check(spec, rules);
        ScheduleRules.Check(spec.Schedule, rules);
        HookRules.Check(spec.Hooks, rules);
        rules.Length("retention", spec.Retention);
        Replicas(spec, rules);
        PatternRules.Check(spec.Pattern, rules);
        rules.Defined("onNodeLost", spec.OnNodeLost);
        if (spec.Lifetime is { } lifetime)
        {
            rules.Defined("lifetime", lifetime);
        }

        var size = Size(spec);
        rules.Refuse(size > MostBytes, "", $"the spec holds {size} bytes of text; at most {MostBytes} (1 MiB) are allowed");
        return rules.Faults;
    }

    private static void Command(ProcessSpec spec, RuleList rules)
    {
        rules.Add("command", spec.Command is { Length: 0 } ? "must not be empty" : TextRules.Problem(spec.Command));
        for (var index = 0; index < spec.Args.Count; index++)
        {
            rules.Add(SpecPath.Item("args", index), TextRules.Problem(spec.Args[index]));
        }

        rules.Add("workingDirectory", spec.WorkingDirectory is null ? null : TextRules.NonEmptyProblem(spec.WorkingDirectory));
    }

    private static void Replicas(ProcessSpec spec, RuleList rules)
    {
        rules.Refuse(spec.Replicas is < 1 or > ReplicaSet.Most, "replicas", $"must be from 1 to {ReplicaSet.Most}, and is {spec.Replicas}");
        rules.Refuse(spec is { Replicas: > 1, Id: { } id } && id.Value is { Length: > ProcessId.MaxLength - 5 }, "id", $"is too long for one of several: at most {ProcessId.MaxLength - 5} characters");
        rules.Refuse(
            spec.Replica is { } replica && (spec.Replicas != 1 || replica < 1 || spec.Id is not { } own || !ReplicaSet.Fits(own, replica)),
            "replica",
            "is the number that the id of one of several ends with; leave it out, and say how many with replicas");
    }

    private static void Stop(StopSpec stop, RuleList rules)
    {
        rules.Refuse(stop.Signal.Number is < 1 or > 64, "stop.signal", $"must be a signal from 1 to 64, and is {stop.Signal.Number}");
        rules.Length("stop.grace", stop.Grace);
        rules.Add("stop.command", stop.Command is null ? null : TextRules.NonEmptyProblem(stop.Command));
        rules.Defined("stop.killMode", stop.KillMode);
    }

    private static long Size(ProcessSpec spec)
    {
        string?[] single = [spec.Command, spec.Name, spec.Group, spec.WorkingDirectory, spec.Stdin.Text, spec.Stdin.Path, spec.Stop.Command, spec.EnvironmentFile, spec.User, spec.OsGroup];
        return single
            .Concat(spec.Args)
            .Concat(spec.Environment.SelectMany(entry => new[] { entry.Key, entry.Value?.Text }))
            .Concat(spec.Labels.SelectMany(entry => new[] { entry.Key, entry.Value }))
            .Concat(spec.NodeLabels.SelectMany(entry => new[] { entry.Key, entry.Value }))
            .Concat(spec.DependsOn.Select(on => on.Pattern))
            .Concat(spec.InheritEnvironment?.Names ?? [])
            .Concat(spec.SupplementaryGroups ?? [])
            .Concat(spec.Hooks?.All.SelectMany(hook => hook.Command.Words) ?? [])
            .Concat(HealthRules.Texts(spec))
            .Sum(text => text is null ? 0L : Encoding.UTF8.GetByteCount(text));
    }
}
