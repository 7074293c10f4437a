using System.Text;
using ProcessManager.Os;

namespace ProcessManager.Bench;

/// <summary>
/// A directory for everything that is written, and a mark in the environment of everything that is started. Both are gone at the end,
/// however it comes: the processes first, each by a pidfd opened before its mark was read. No file goes before the end: for minutes ext4 passes over the
/// numbers of deleted files one by one whenever it makes a new one, and each round would pay for those before it (up to 4 ms a file, seen).
/// </summary>
internal sealed class Scratch : IDisposable
{
    public const string Variable = "BENCHMARK_RUN";

    private int _last;

    public Scratch()
    {
        Folder = Directory.CreateTempSubdirectory("procman-bench-").FullName;
        Mark = Guid.NewGuid().ToString("N");
    }

    public string Folder { get; }

    public string Mark { get; }

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>A fresh directory in it. Short: sockets are made in some.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path($"d{++_last}")).FullName;

    public void Dispose()
    {
        // What runs may start more while we look.
        while (EndMarked() > 0)
        {
        }

        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"{Folder} is left: {e.Message}");
        }
    }

    /// <summary>Ends everything that was started, now.</summary>
    /// <returns>How many there were.</returns>
    public int EndMarked()
    {
        var mark = Encoding.UTF8.GetBytes($"{Variable}={Mark}\0");
        var count = 0;
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(entry.AsSpan()), out var pid) || ChildIdentities.Read(pid) is not { } identity || !HasMark(entry, mark))
            {
                continue;
            }

            using var held = PidFd.Open(identity);
            if (held is not null && HasMark(entry, mark) && held.SendSignal(Signal.Kill) == SignalOutcome.Sent)
            {
                count++;
            }
        }

        return count;
    }

    private static bool HasMark(string entry, byte[] mark)
    {
        try
        {
            // A zombie has no environment any more.
            return File.ReadAllBytes($"{entry}/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended, or is somebody else's: not ours.
            return false;
        }
    }
}
