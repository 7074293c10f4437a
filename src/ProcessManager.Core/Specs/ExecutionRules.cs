using System.Collections.Frozen;

namespace ProcessManager;

/// <summary>What is set on the child before it runs: user, groups, mask, priority, CPUs, limits.</summary>
internal static class ExecutionRules
{
    private const int LongestName = 256;

    private static readonly FrozenSet<string> Limits = FrozenSet.Create(
        StringComparer.Ordinal,
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack");

    public static void Check(ProcessSpec spec, RuleList rules)
    {
        OptionalName("user", spec.User, rules);
        OptionalName("osGroup", spec.OsGroup, rules);
        for (var index = 0; index < (spec.SupplementaryGroups?.Count ?? 0); index++)
        {
            rules.Add(SpecPath.Item("supplementaryGroups", index), TextRules.NonEmptyProblem(spec.SupplementaryGroups![index], LongestName));
        }

        rules.Refuse(spec.Umask is < 0 or > 0x1FF, "umask", $"must be from \"000\" to \"777\", octal, and is \"{Octal(spec.Umask)}\"");
        rules.Refuse(spec.Nice is < -20 or > 19, "nice", $"must be from -20 to 19, and is {spec.Nice}");
        rules.Refuse(spec.CpuAffinity is { Count: 0 }, "cpuAffinity", "must name at least one CPU; leave it out for all");
        for (var index = 0; index < (spec.CpuAffinity?.Count ?? 0); index++)
        {
            var cpu = spec.CpuAffinity![index];
            rules.Refuse(cpu < 0, SpecPath.Item("cpuAffinity", index), $"must be the number of a CPU, from 0, and is {cpu}");
        }

        foreach (var (name, limit) in spec.Limits)
        {
            Limit(name, limit, SpecPath.Key("limits", name), rules);
        }
    }

    private static void OptionalName(string path, string? name, RuleList rules) =>
        rules.Add(path, name is null ? null : TextRules.NonEmptyProblem(name, LongestName));

    private static void Limit(string name, ResourceLimit limit, string path, RuleList rules)
    {
        if (!Limits.Contains(name))
        {
            rules.Add(path, $"unknown limit; known are {string.Join(", ", Limits.Order(StringComparer.Ordinal))}");
            return;
        }

        rules.Refuse(limit.Soft < 0 || limit.Hard < 0, path, $"must be 0 or more, or unlimited, and is {Math.Min(limit.Soft ?? 0, limit.Hard ?? 0)}");
        rules.Refuse(
            limit.Hard is { } hard && (limit.Soft ?? long.MaxValue) > hard,
            path,
            $"soft must not be over hard: {limit.Soft?.ToString() ?? "unlimited"} is over {limit.Hard}");
    }

    private static string Octal(int? mask) => mask is { } value ? (value < 0 ? "-" : "") + Convert.ToString(Math.Abs((long)value), 8) : "";
}
