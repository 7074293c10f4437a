using System.Globalization;

namespace ProcessManager;

/// <summary>What the tree may use. Whether a host can enforce it is told at the start.</summary>
internal static class ResourceRules
{
    /// <summary>The kernel takes quotas from a millisecond on; with its period of 100 ms that is a hundredth of a core.</summary>
    private const double LeastCores = 0.01;

    private const double MostCores = 100_000;

    public static void Check(ResourceSpec resources, RuleList rules)
    {
        Bytes("resources.memoryMax", resources.MemoryMax, rules);
        Bytes("resources.memoryHigh", resources.MemoryHigh, rules);
        rules.Refuse(
            resources is { MemoryHigh: { } high, MemoryMax: { } max } && high > max,
            "resources.memoryHigh",
            $"must not be over memoryMax: {Sizes.Format(resources.MemoryHigh ?? 0)} is over {Sizes.Format(resources.MemoryMax ?? 0)}");
        rules.Refuse(
            resources.CpuMax is { } cores && !(cores >= LeastCores && cores <= MostCores),
            "resources.cpuMax",
            string.Create(CultureInfo.InvariantCulture, $"must be from {LeastCores} to {MostCores} cores, and is {resources.CpuMax}"));
        rules.Refuse(resources.PidsMax < 1, "resources.pidsMax", $"must be at least 1, and is {resources.PidsMax}");
        rules.Refuse(resources is { Required: true, IsNone: true }, "resources.required", "is given without a limit that could be required");
    }

    private static void Bytes(string path, long? bytes, RuleList rules) =>
        rules.Refuse(bytes < 1, path, $"must be more than 0, and is {bytes}; leave it out for none");
}
