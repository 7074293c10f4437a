using System.Text.RegularExpressions;

namespace ProcessManager;

/// <summary>What a spec may say of its dependencies. Whether they exist, and wait for each other, is <see cref="DependencyGraph"/>'s to see.</summary>
internal static class DependencyRules
{
    private const int Most = 100;
    private const int LongestPattern = 1024;

    public static void Check(ProcessSpec spec, RuleList rules)
    {
        rules.Refuse(spec.DependsOn.Count > Most, "dependsOn", $"has {spec.DependsOn.Count}; at most {Most} are allowed");
        var known = new HashSet<(ProcessId, DependencyCondition?, string?)>();
        for (var index = 0; index < spec.DependsOn.Count; index++)
        {
            var (on, path) = (spec.DependsOn[index], SpecPath.Item("dependsOn", index));
            rules.Refuse(!known.Add((on.Id, on.Condition, on.Pattern)), path, $"waits for \"{on.Id}\" a second time");
            Check(on, path, rules);
        }
    }

    private static void Check(Dependency on, string path, RuleList rules)
    {
        rules.Refuse(on.Id == default, SpecPath.Key(path, "id"), "must have a value");
        if (on.Condition is { } condition)
        {
            rules.Defined(SpecPath.Key(path, "condition"), condition);
        }

        rules.Limit(SpecPath.Key(path, "timeout"), on.Timeout);
        rules.Refuse(
            on.ExitCodes.Count > 0 && on.Condition != DependencyCondition.CompletedSuccessfully,
            SpecPath.Key(path, "exitCodes"),
            "go with the condition completedSuccessfully");
        rules.Refuse(on.ExitCodes.Any(code => code is < 0 or > 255), SpecPath.Key(path, "exitCodes"), "must be from 0 to 255");
        rules.Add(SpecPath.Key(path, "pattern"), PatternProblem(on));
    }

    private static string? PatternProblem(Dependency on)
    {
        if (on.Condition != DependencyCondition.LogLine)
        {
            return on.Pattern is null ? null : "goes with the condition logLine";
        }

        if (on.Pattern is not { } pattern)
        {
            return "is required with the condition logLine";
        }

        if (pattern.Length is 0 or > LongestPattern)
        {
            return $"must have 1 to {LongestPattern} characters, and has {pattern.Length}";
        }

        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return $"is not a regular expression that can be used here: {problem.Message}";
        }
    }
}
