using System.Globalization;

namespace ProcessManager.Os;

/// <summary>The CPUs of this machine, by number.</summary>
internal static class OnlineCpus
{
    private static readonly Lazy<HashSet<int>> Online = new(() => Read(File.ReadAllText("/sys/devices/system/cpu/online")));

    public static IEnumerable<Fault> Faults(ProcessSpec spec) =>
        (spec.CpuAffinity ?? []).Index()
            .Where(x => !Online.Value.Contains(x.Item))
            .Select(x => new Fault($"cpuAffinity[{x.Index}]", $"this machine has no CPU {x.Item}; it has {Online.Value.Min()} to {Online.Value.Max()}"));

    /// <param name="ranges"><c>0-3,8,10-11</c></param>
    private static HashSet<int> Read(string ranges) =>
    [
        .. ranges.Trim().Split(',').SelectMany(range =>
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            return Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1);
        }),
    ];
}
