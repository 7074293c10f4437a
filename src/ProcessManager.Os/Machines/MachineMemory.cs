using System.Globalization;

namespace ProcessManager.Os;

/// <summary>How much memory the machine has: MemTotal of <c>/proc/meminfo</c>, which doesn't change.</summary>
internal static class MachineMemory
{
    /// <summary>Bytes; null where it can't be read.</summary>
    public static long? Bytes { get; } = Read();

    private static long? Read()
    {
        try
        {
            var line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, "kB"] ? long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A /proc that hides it: nothing is refused for want of memory then.
            return null;
        }
    }
}
