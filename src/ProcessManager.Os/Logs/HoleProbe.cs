using System.Text;
using ProcessManager.Os.Native;

namespace ProcessManager.Os;

/// <summary>Whether a file system can free the head of a file: tried once with a file of its own.</summary>
internal static class HoleProbe
{
    private const int Size = 64 << 10;

    internal static bool Supported(string folder)
    {
        // No process can have an id that starts with a dot.
        var path = Path.Combine(folder, $".holes-{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(path, new byte[Size]);
            return FileCalls.PunchHead(Encoding.UTF8.GetBytes(path + '\0'), 0, Size / 2) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is no answer. Suppose the usual: punching needs no space, and what fails then is reported.
            return true;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
