using ProcessManager.Os;

namespace ProcessManager.Cli;

/// <summary>Control groups, version 2: whether processes could be tracked by them and limited.</summary>
internal static class Cgroups
{
    private static readonly string[] Wanted = ["cpu", "memory", "pids"];

    public static Finding Finding()
    {
        var mount = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).FirstOrDefault(fields => fields is [_, _, "cgroup2", ..])?[1];
        var own = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..];
        if (mount is null || own is null)
        {
            return new Finding("cgroup v2", Verdict.Less, "not mounted");
        }

        var directory = Path.Join(mount, own);
        if (!Directory.Exists(directory) || !HostAbilities.CanWrite(directory))
        {
            return new Finding("cgroup v2", Verdict.Less, $"{directory} isn't delegated to this user");
        }

        var controllers = File.ReadAllText(Path.Join(directory, "cgroup.controllers")).Split((char[])[' ', '\n']).Intersect(Wanted).ToList();
        var limits = controllers.Count == 0 ? "no limits, because the controllers are elsewhere" : $"limits of {string.Join(", ", controllers)}";
        return new Finding("cgroup v2", Verdict.Ok, $"{directory}: tracking; {limits}");
    }
}
