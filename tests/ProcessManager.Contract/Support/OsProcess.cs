using System.Globalization;
using System.Runtime.InteropServices;

namespace ProcessManager.Contract;

/// <summary>A process of the machine as the kernel knows it, told from a later one with its number by when it started.</summary>
public sealed partial record OsProcess(int Pid, long StartTicks)
{
    /// <summary>Whether it still does anything: a zombie is dead.</summary>
    public bool IsAlive => Read(Pid) is { State: not ('Z' or 'X') } now && now.StartTicks == StartTicks;

    /// <exception cref="InvalidOperationException">There is no such process.</exception>
    public static OsProcess Of(int pid) =>
        Read(pid) is { } now ? new OsProcess(pid, now.StartTicks) : throw new InvalidOperationException($"There is no process {pid}.");

    /// <summary>From somebody else than the manager: what another program or an operator would do to a child.</summary>
    public void Signal(Signal signal)
    {
        if (IsAlive)
        {
            _ = kill(Pid, signal.Number);
        }
    }

    private static (char State, long StartTicks)? Read(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It has gone, before the open or (ESRCH) between open and read.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int kill(int pid, int signal);
}
