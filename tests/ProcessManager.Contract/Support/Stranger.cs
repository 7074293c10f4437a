using System.Globalization;

namespace ProcessManager.Contract;

/// <summary>A process that no manager started: a shell line, whose parent is gone by the time it is known.</summary>
public sealed record Stranger(OsProcess Process) : IDisposable
{
    public int Pid => Process.Pid;

    public static async Task<Stranger> Start(string line)
    {
        // It stands for an operator's terminal: what is started here must not be the manager's own child, nor carry its mark.
#pragma warning disable RS0030
        var start = new System.Diagnostics.ProcessStartInfo("sh", ["-c", "sh -c \"$1\" > /dev/null 2>&1 < /dev/null & echo $!", "sh", line])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var shell = System.Diagnostics.Process.Start(start)!;
        var pid = int.Parse(await shell.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
        await shell.WaitForExitAsync();
#pragma warning restore RS0030
        return new Stranger(OsProcess.Of(pid));
    }

    /// <summary>Its children's numbers, from /proc.</summary>
    public IReadOnlyList<OsProcess> Children()
    {
        var children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/task/{Pid}/children"));
        return [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pid => OsProcess.Of(int.Parse(pid, CultureInfo.InvariantCulture)))];
    }

    public void Dispose() => Process.Signal(Signal.Kill);
}
