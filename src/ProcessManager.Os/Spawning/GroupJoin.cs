using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// How a child gets into its control group before it can start anything. By libc where it can (<see cref="PosixSpawn.HasSetGroup"/>): it is born there.
/// Else a shell in front of the command writes itself into it, through a descriptor that we opened, whose rights count.
/// </summary>
internal sealed class GroupJoin : IDisposable
{
    // The child's numbers for the group's cgroup.procs and for the pipe on which it says that it couldn't.
    public const int GroupNumber = 3;
    public const int ReportNumber = 4;

    private static readonly string[] ShellsOwn = ["PWD", "OLDPWD", "SHLVL"];

    private readonly SafeFileHandle? _report;
    private readonly bool _required;

    /// <param name="required">Whether the command isn't to run outside of the group.</param>
    /// <exception cref="ProcessManagerException">StartFailed: no descriptor can be had.</exception>
    public GroupJoin(ControlGroup group, bool byShell, bool required)
    {
        ByShell = byShell;
        _required = required;
        var path = byShell ? Path.Join(group.Path, "cgroup.procs") : group.Path;
        Group = new SafeFileHandle(Libc.Open(path, (byShell ? Libc.O_WRONLY : Libc.O_RDONLY) | Libc.O_CLOEXEC, 0), ownsHandle: true);
        if (Group.IsInvalid)
        {
            throw new ProcessManagerException(ErrorCode.StartFailed, $"{path} can't be opened ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
        }

        if (byShell)
        {
            var pipe = new ChildPipe();
            (_report, Report) = (pipe.ReadEnd, pipe.WriteEnd);
        }
    }

    public bool ByShell { get; }

    /// <summary>The group's directory, or its cgroup.procs for the shell.</summary>
    public SafeFileHandle Group { get; }

    /// <summary>Where the shell says that it couldn't; null without one.</summary>
    public SafeFileHandle? Report { get; }

    /// <summary>A shell adds variables of its own to what it starts: those that aren't wanted are taken out again.</summary>
    public string Script(IReadOnlyList<string> environment)
    {
        var added = ShellsOwn.Where(name => !environment.Any(variable => variable.StartsWith(name + "=", StringComparison.Ordinal)));
        var otherwise = _required ? "{ echo no >&4; exit 126; }" : "echo no >&4";
        return $"echo 0 >&3 2>/dev/null || {otherwise}; unset {string.Join(' ', added.DefaultIfEmpty("_"))}; exec \"$@\" 3>&- 4>&-";
    }

    /// <summary>Whether a child that was spawned is in the group; known at the latest when it is the command.</summary>
    public async Task<bool> JoinedAsync()
    {
        if (_report is null)
        {
            return true;
        }

        // The child's copy is the last one: end of file when it is the command.
        Report!.Dispose();
        await using var report = new FileStream(_report, FileAccess.Read, bufferSize: 0);
        var said = new byte[8];
        return await report.ReadAsync(said) == 0;
    }

    public void Dispose()
    {
        Group.Dispose();
        Report?.Dispose();
        _report?.Dispose();
    }
}
