using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessManager.Bench;

/// <summary>What the kernel knows about a process that runs.</summary>
internal static unsafe partial class OsFigures
{
    /// <summary>Its CPU time so far, in nanoseconds' steps (the fields of /proc/pid/stat have 10 ms).</summary>
    public static TimeSpan CpuTime(int pid)
    {
        var time = stackalloc long[2];
        return GetTime((~pid << 3) | 2, time) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000.0)
            : throw new BenchException($"The CPU time of process {pid} can't be read.");
    }

    /// <summary>Resident memory, in MB (10^6): all of it, and with shared pages divided among those who share them.</summary>
    public static (double Resident, double Proportional) Memory(int pid)
    {
        var lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
        return (Kilobytes("Rss:"), Kilobytes("Pss:"));

        double Kilobytes(string name) =>
            long.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024 / 1e6;
    }

    /// <summary>The pids of its children, zombies included.</summary>
    public static IReadOnlySet<int> Children(int pid)
    {
        var children = new HashSet<int>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            try
            {
                foreach (var child in File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    children.Add(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // The thread ended.
            }
        }

        return children;
    }

    /// <summary>What the files below a directory take on the disk (not their length: holes take nothing), in MiB.</summary>
    public static double DiskUse(string folder)
    {
        var blocks = 0L;
        var stat = stackalloc byte[256];
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (StatX(-100 /* AT_FDCWD */, file, 0, 0x400 /* STATX_BLOCKS */, stat) == 0)
            {
                blocks += *(long*)(stat + 48);
            }
        }

        return blocks * 512 / 1048576.0;
    }

    public static void Sleep(TimeSpan time) => _ = MicroSleep((uint)time.TotalMicroseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int MicroSleep(uint microseconds);
}
