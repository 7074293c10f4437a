using Orleans;

namespace ProcessManager.Cluster;

/// <summary>Grains of processes by their ids.</summary>
internal static class ProcessGrains
{
    /// <summary>
    /// Before each id. ADO.NET storage reads every key that looks like a hexadecimal number as that number, so that "ab", "AB" and "0ab" would share a row; with this none looks so.
    /// </summary>
    private const string Prefix = "=";

    public static IProcessGrain Process(this IGrainFactory grains, ProcessId id) => grains.GetGrain<IProcessGrain>(Prefix + id.Value);

    /// <summary>The pool of a name.</summary>
    public static IPoolGrain Pool(this IGrainFactory grains, string name) => grains.GetGrain<IPoolGrain>(Prefix + name);

    public static string PoolOf(string key) => key[Prefix.Length..];

    public static ProcessId IdOf(string key) => ProcessId.Parse(key[Prefix.Length..]);
}
