using System.Globalization;
using System.Text;
using ProcessManager.Contract;

namespace ProcessManager.Cli.Tests.Crash;

/// <summary>Processes of the machine that belong to a test, found by a word in their environment or by the log files that they hold open.</summary>
internal static class Leftovers
{
    /// <summary>Those whose environment has <paramref name="variable"/>, a <c>NAME=VALUE</c> that is the test's own.</summary>
    public static List<OsProcess> With(string variable) => Where(pid =>
        Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ")).Split('\0').Contains(variable, StringComparer.Ordinal));

    /// <summary>Ends whatever writes below a directory that is about to be deleted.</summary>
    public static void Kill(string data)
    {
        foreach (var process in Where(pid => new[] { 1, 2 }.Any(descriptor =>
            File.ResolveLinkTarget($"/proc/{pid}/fd/{descriptor}", returnFinalTarget: false)?.FullName.StartsWith(data, StringComparison.Ordinal) == true)))
        {
            process.Signal(Signal.Kill);
        }
    }

    private static List<OsProcess> Where(Func<int, bool> matches)
    {
        var found = new List<OsProcess>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (pid != Environment.ProcessId && matches(pid) && OsProcess.Of(pid) is { IsAlive: true } process)
                {
                    found.Add(process);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // It has gone meanwhile, or belongs to somebody else.
            }
        }

        return found;
    }
}
