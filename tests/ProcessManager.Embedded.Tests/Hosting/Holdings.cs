using System.Globalization;

namespace ProcessManager.Embedded.Tests;

/// <summary>What this process holds of the machine.</summary>
internal sealed record Holdings(int Descriptors, int Threads, int Zombies)
{
    public static Holdings Now() => new(
        Directory.GetFileSystemEntries("/proc/self/fd").Length,
        Directory.GetDirectories("/proc/self/task").Length,
        Directory.GetDirectories("/proc").Count(IsZombieOfOurs));

    private static bool IsZombieOfOurs(string folder)
    {
        if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
        {
            return false;
        }

        try
        {
            var stat = File.ReadAllText($"{folder}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" && int.Parse(fields[1], CultureInfo.InvariantCulture) == Environment.ProcessId;
        }
        catch (IOException)
        {
            return false; // It has gone.
        }
    }
}
