using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Shouldly;

namespace ProcessManager.Contract;

/// <summary>
/// A living process that carries a manager's mark as its innermost one: what that manager started, whatever its records say. Read from /proc here,
/// not by the code under test.
/// </summary>
/// <param name="Main">Whether it leads its session, as main children do.</param>
public sealed partial record Marked(int OsPid, string Id, string Epoch, bool Main)
{
    private const long KernelThread = 0x200000;

    /// <summary>Those of the manager of a data directory.</summary>
    public static List<Marked> Of(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "id");
        if (!File.Exists(file))
        {
            return [];
        }

        var manager = File.ReadAllText(file).Trim();
        return [.. Directory.EnumerateDirectories("/proc").Select(folder => Read(folder, manager)).OfType<Marked>()];
    }

    /// <summary>Whether not even a zombie is left; some inits take their time over it.</summary>
    public bool IsCollected => !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{OsPid}"));

    public void Kill() => _ = kill(OsPid, 9);

    private static Marked? Read(string folder, string manager)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
        {
            return null;
        }

        try
        {
            var mark = Environment(folder).Split('\0')
                .FirstOrDefault(variable => variable.StartsWith("PROCMAN_RUN=", StringComparison.Ordinal))?["PROCMAN_RUN=".Length..];
            var words = mark?.Split(':')[^1].Split('/');
            if (words is not [var owner, var id, var epoch] || owner != manager)
            {
                return null;
            }

            var fields = Stat(folder);
            return fields[0] is "Z" or "X" ? null : new Marked(pid, id, epoch, fields[3] == Path.GetFileName(folder));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is somebody else's.
            return null;
        }
    }

    /// <summary>
    /// A process in the middle of an exec shows an empty environment for a while, the first time just after whoever started it was told so: it is
    /// read again until it is there, or is known to be empty.
    /// </summary>
    private static string Environment(string folder)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var text = Encoding.UTF8.GetString(File.ReadAllBytes($"{folder}/environ"));
            if (text.Length > 0 || !MayHaveEnvironment(Stat(folder)))
            {
                return text;
            }

            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Patience.Limit, $"{folder} is in the middle of an exec for too long");
            _ = Thread.Yield();
        }
    }

    /// <summary>By its state, and the start and end of its environment, which are 0 until exec has put it there.</summary>
    private static bool MayHaveEnvironment(string[] stat) =>
        stat[0] is not ("Z" or "X") && (stat[48] == "0" || stat[47] != stat[48])
        && (long.Parse(stat[6], CultureInfo.InvariantCulture) & KernelThread) == 0;

    /// <summary>The fields from the third one, the state, on: the second may hold anything.</summary>
    private static string[] Stat(string folder)
    {
        var text = File.ReadAllText($"{folder}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
