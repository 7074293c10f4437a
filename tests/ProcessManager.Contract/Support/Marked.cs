using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ProcessManager.Contract;

/// <summary>
/// A living process that carries a manager's mark as its innermost one: what that manager started, whatever its records say. Read from /proc here,
/// not by the code under test.
/// </summary>
/// <param name="Main">Whether it leads its session, as main children do.</param>
public sealed partial record Marked(int OsPid, string Id, string Epoch, bool Main)
{
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
            var mark = Encoding.UTF8.GetString(File.ReadAllBytes($"{folder}/environ")).Split('\0')
                .FirstOrDefault(variable => variable.StartsWith("PROCMAN_RUN=", StringComparison.Ordinal))?["PROCMAN_RUN=".Length..];
            var words = mark?.Split(':')[^1].Split('/');
            if (words is not [var owner, var id, var epoch] || owner != manager)
            {
                return null;
            }

            var stat = File.ReadAllText($"{folder}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new Marked(pid, id, epoch, fields[3] == Path.GetFileName(folder));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is somebody else's.
            return null;
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
