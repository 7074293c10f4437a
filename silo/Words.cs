using ProcessManager.Http;

namespace ProcessManager.Silo;

/// <summary>What the silo says on its output.</summary>
internal static class Words
{
    public static string Ready(SiloOptions options, IReadOnlyList<string> addresses)
    {
        var places = addresses.Select(address => address.Replace("http://unix:", "unix:", StringComparison.Ordinal)).ToList();
        var tcp = places.Find(place => place.StartsWith("http", StringComparison.Ordinal));
        var dashboard = options.Dashboard ? $", dashboard {(tcp is null ? "on the socket at " : tcp)}{SiloSettings.DashboardPath}" : "";
        return $"silo: ready as node {options.Node.Name} of the cluster {options.ClusterId} at {options.Place.Address}:{options.Place.SiloPort}, "
            + $"HTTP {string.Join(" and ", places)}{dashboard}";
    }

    public static string NotReady(string node, string why) => $"silo: up as node {node}, and not ready yet: {why}";

    public static IEnumerable<string> Goodbye(SiloOptions options, Farewell farewell)
    {
        if (farewell.Ended.Count > 0)
        {
            yield return $"silo: {Count(farewell.Ended)} ended.";
        }

        if (farewell.RunningOn.Count > 0)
        {
            var some = farewell.RunningOn.Count <= 10 ? string.Join(", ", farewell.RunningOn) : $"{string.Join(", ", farewell.RunningOn.Take(10))}, …";
            yield return $"silo: {Count(farewell.RunningOn)} {(farewell.RunningOn.Count == 1 ? "runs" : "run")} on without a silo: {some}.";
            yield return options.Database is null
                ? $"silo: a --local silo keeps its records in memory: the next one on {options.Node.DataDirectory} ends what it doesn't know. To end them with the silo: --stop-children."
                : $"silo: the next silo on {options.Node.DataDirectory} adopts them. To end them: `procman stop ID` then, or let it end all when it stops (--stop-children).";
        }
    }

    private static string Count(IReadOnlyList<ProcessId> ids) => $"{ids.Count} {(ids.Count == 1 ? "process" : "processes")}";
}
