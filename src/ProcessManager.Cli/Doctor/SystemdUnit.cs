namespace ProcessManager.Cli;

/// <summary>
/// The systemd unit that the daemon runs in, if any. With the default KillMode systemd ends everything in the unit when the daemon stops, also
/// processes that were meant to outlive it.
/// </summary>
internal static class SystemdUnit
{
    private const string Customary = "procman.service";

    // The first one that has the unit wins, as in systemd.unit(5).
    private static readonly string[] Directories = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    public static Finding Finding()
    {
        var unit = OwnUnit(File.ReadAllText("/proc/self/cgroup")) ?? Customary;
        return Files(unit, Directories) is { Count: > 0 } files
            ? About(unit, KillMode(files.Select(File.ReadAllText)))
            : new Finding("systemd", Verdict.Ok, $"no unit {unit}");
    }

    /// <summary>Only this mode leaves the other processes of a unit alone when its main process has ended.</summary>
    public static Finding About(string unit, string killMode) => Cli.Finding.Of(
        "systemd",
        killMode is "process" or "none",
        $"{unit} leaves processes running when it stops",
        $"{unit} has KillMode={killMode}: systemd ends all processes with the daemon; set KillMode=process");

    /// <summary>The service that a process is in, by its cgroup file; null outside of one.</summary>
    public static string? OwnUnit(string cgroups) => cgroups
        .Split('\n')
        .Where(line => line.StartsWith("0::", StringComparison.Ordinal) || line.Contains(":name=systemd:", StringComparison.Ordinal))
        .SelectMany(line => line.Split('/').Reverse().Take(1))
        .FirstOrDefault(name => name.EndsWith(".service", StringComparison.Ordinal));

    /// <summary>The last one that is set counts; drop-ins come after their unit.</summary>
    public static string KillMode(IEnumerable<string> files) => files
        .SelectMany(file => file.Split('\n'))
        .Where(line => line.StartsWith("KillMode=", StringComparison.Ordinal))
        .Select(line => line["KillMode=".Length..].Trim())
        .LastOrDefault("control-group");

    private static List<string> Files(string unit, IReadOnlyList<string> directories)
    {
        var main = directories.Select(directory => Path.Join(directory, unit)).FirstOrDefault(File.Exists);
        var additions = directories.Reverse().Select(directory => Path.Join(directory, unit + ".d")).Where(Directory.Exists)
            .SelectMany(directory => Directory.GetFiles(directory, "*.conf").Order(StringComparer.Ordinal));
        return main is null ? [] : [main, .. additions];
    }
}
