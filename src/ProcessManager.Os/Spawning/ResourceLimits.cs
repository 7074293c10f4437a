using System.Collections.Frozen;

namespace ProcessManager.Os;

/// <summary>The limits of setrlimit(2) by the names that limits.conf and prlimit use.</summary>
internal static class ResourceLimits
{
    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>
    {
        ["cpu"] = 0,
        ["fsize"] = 1,
        ["data"] = 2,
        ["stack"] = 3,
        ["core"] = 4,
        ["rss"] = 5,
        ["nproc"] = 6,
        ["nofile"] = OpenFileLimit.Resource,
        ["memlock"] = 8,
        ["as"] = 9,
        ["locks"] = 10,
        ["sigpending"] = 11,
        ["msgqueue"] = 12,
        ["nice"] = 13,
        ["rtprio"] = 14,
        ["rttime"] = 15,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyCollection<string> Names => Numbers.Keys;

    /// <summary>The kernel's number of the limit <paramref name="name"/>; null when there is none.</summary>
    public static int? Find(string name) => Numbers.TryGetValue(name, out var number) ? number : null;

    public static RLimit ToNative(ResourceLimit limit) =>
        new(limit.Soft is { } soft ? (ulong)soft : RLimit.Unlimited, limit.Hard is { } hard ? (ulong)hard : RLimit.Unlimited);
}
