using System.Runtime.InteropServices;

namespace ProcessManager.Bench;

/// <summary>What the figures depend on.</summary>
internal static class MachineFacts
{
    public static IReadOnlyList<string> Read(string scratch) =>
    [
        $"kernel    {Environment.OSVersion.Version}, {RuntimeInformation.OSArchitecture}",
        $"cores     {Environment.ProcessorCount}, load {Load()}",
        $"memory    {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000:N0} MB",
        $".NET      {Environment.Version}, {Build}",
        $"files in  {scratch} ({FileSystem(scratch)})",
    ];

    private static string Build =>
#if DEBUG
        "DEBUG BUILD: these figures mean nothing, run it with -c Release";
#else
        "release build";
#endif

    private static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    /// <summary>The type of the mount that holds a path: a flush costs nothing on some and much on others.</summary>
    private static string FileSystem(string path) => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .Where(mount => path.StartsWith(mount[1].TrimEnd('/') + '/', StringComparison.Ordinal) || path == mount[1])
        .OrderByDescending(mount => mount[1].Length)
        .Select(mount => mount[2])
        .FirstOrDefault("unknown");
}
