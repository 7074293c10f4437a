using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>Makes a child of a spec: everything that a start needs, and puts it away again when there is none.</summary>
internal sealed class ChildStart(
    SupervisorOptions options, ChildEnvironment environment, ChildLedger ledger, LogStore logs, Spawner spawner, NotifyDesk notify, PipeJoints joints)
{
    /// <param name="stdin">The pipe to its standard input, where its spec wants one; the caller's when it was spawned.</param>
    public delegate void OnPipe(ChildInput stdin);

    /// <param name="stage">Its place in a pipe, if it has one.</param>
    /// <param name="group">Where it is to be born; null: in none of its own.</param>
    public async Task<SpawnOutcome> SpawnAsync(ProcessId id, Epoch epoch, ProcessSpec spec, PipeStage? stage, ControlGroup? group, OnPipe onPipe)
    {
        ChildInput? pipe = null;
        try
        {
            var directory = DirectoryOf(spec);
            var (account, credentials) = ChildAccount.Of(spec);
            using var files = logs.Open(id, epoch, spec.Output);
            files.Terminal?.GiveTo(credentials?.Uid ?? Libc.GetEuid());
            using var stdin = StdinSource.Open(files.Terminal is null ? spec.Stdin : new StdinSpec(), directory);
            pipe = files.Terminal is { } terminal && spec.Stdin.Mode == StdinMode.Pipe ? new TerminalInput(terminal) : stdin.Pipe;
            var (input, output) = stage is null ? (-1, -1) : joints.For(stage);
            var request = Request(spec, directory, credentials, environment.For(id, epoch, spec, account, directory, more: Notifying(spec, credentials))) with
            {
                Executable = spec.Shell ? "/bin/sh" : spec.Command,
                Args = spec.Shell ? ["-c", spec.Command, "sh", .. spec.Args] : spec.Args,
                TerminalPath = stage is null ? files.Terminal?.FarPath : null,
                StdinFd = input >= 0 ? input : stdin.Descriptor,
                StdoutFd = output >= 0 ? output : (int)files.Stdout.DangerousGetHandle(),
                StderrFd = (int)files.Stderr.DangerousGetHandle(),
                MarkerPath = ledger.MarkerOf(id, epoch),
            };
            var outcome = await SpawnAsync(request, group, spec.Resources.Required);
            if (outcome is SpawnOutcome.Spawned && stage is not null)
            {
                joints.Given(stage);
            }

            if (outcome is SpawnOutcome.Spawned && pipe is not null)
            {
                onPipe(pipe);
            }
            else
            {
                pipe?.Dispose();
            }

            return outcome;
        }
        catch (ProcessManagerException e)
        {
            pipe?.Dispose();
            var errno = (e.InnerException as Win32Exception)?.NativeErrorCode ?? 0;
            return new SpawnOutcome.Failed(new ErrorInfo(e.Code, e.Message), errno, Errno.IsTransient(errno), options.Clock.GetUtcNow());
        }
    }

    /// <summary>Runs a shell line as the child's user, in its directory and environment, with PROCMAN_OSPID; its output goes where the child's goes.</summary>
    /// <exception cref="ProcessManagerException">As for a child.</exception>
    public async Task<SpawnOutcome> SpawnBesideAsync(ProcessId id, Epoch epoch, ProcessSpec spec, string line, int? osPid, ControlGroup? group)
    {
        var (account, credentials) = ChildAccount.Of(spec);
        using var files = logs.Open(id, epoch, spec.Output);
        var directory = DirectoryOf(spec);
        var request = Request(spec, directory, credentials, environment.For(id, epoch, spec, account, directory, osPid)) with
        {
            Executable = "/bin/sh",
            Args = ["-c", line],
            StdoutFd = (int)files.Stdout.DangerousGetHandle(),
            StderrFd = (int)files.Stderr.DangerousGetHandle(),
        };
        return await SpawnAsync(request, group, required: false);
    }

    private async Task<SpawnOutcome> SpawnAsync(SpawnRequest request, ControlGroup? group, bool required)
    {
        if (group is null)
        {
            return await spawner.SpawnAsync(request);
        }

        var outcome = await SpawnIntoAsync(request, group, byShell: !PosixSpawn.HasSetGroup, required);

        // A kernel or a filter of system calls that can't have a child born in a group says so by failing it: then by the shell.
        return PosixSpawn.HasSetGroup && outcome is SpawnOutcome.Failed { Errno: not 0, Transient: false }
            ? await SpawnIntoAsync(request, group, byShell: true, required)
            : outcome;
    }

    private async Task<SpawnOutcome> SpawnIntoAsync(SpawnRequest request, ControlGroup group, bool byShell, bool required)
    {
        using var join = new GroupJoin(group, byShell, required);
        var outcome = await spawner.SpawnAsync(request with { Group = join });
        if (outcome is not SpawnOutcome.Spawned spawned || await join.JoinedAsync())
        {
            return outcome;
        }

        if (!required)
        {
            return spawned with { IsOutsideGroup = true };
        }

        // The shell ends by itself: the command never ran, and nobody is to think so.
        using (spawned.PidFd)
        {
            WaitStatus.Collect(spawned.PidFd.Pid);
        }

        File.Delete(request.MarkerPath!);
        var error = new ErrorInfo(ErrorCode.StartFailed, $"The process can't be put into {group.Path}, and isn't to run without its limits.");
        return new SpawnOutcome.Failed(error, 0, Transient: false, spawned.At);
    }

    /// <summary>Runs a probe's command beside the child, as its user, in its directory and environment; nobody sees its output.</summary>
    /// <exception cref="ProcessManagerException">As for a child.</exception>
    public async Task<SpawnOutcome> SpawnProbeAsync(ProcessSpec spec, ProbeTarget.Command command, string probe, Tree tree)
    {
        var (account, credentials) = ChildAccount.Of(spec);
        var directory = DirectoryOf(spec);
        KeyValuePair<string, string>[] more = [new(ProbeLeftovers.Variable, probe)];
        var request = Request(spec, directory, credentials, environment.For(tree.Id, tree.Epoch, spec, account, directory, tree.Leader?.OsPid, more)) with
        {
            Executable = command.Shell ? "/bin/sh" : command.Executable,
            Args = command.Shell ? ["-c", command.Executable, "sh", .. command.Args] : command.Args,
        };
        return await SpawnAsync(request, tree.Group, required: false);
    }

    /// <summary>Whether it runs as somebody who can't reach what is the manager's alone.</summary>
    public static bool IsAnother(Credentials? credentials) => credentials is { } other && other.Uid != 0 && other.Uid != Libc.GetEuid();

    /// <summary>Where a child that speaks of itself does so, and how often it has to.</summary>
    private IEnumerable<KeyValuePair<string, string>> Notifying(ProcessSpec spec, Credentials? credentials)
    {
        if (spec.Notifies())
        {
            yield return new("NOTIFY_SOCKET", notify.Open(IsAnother(credentials)));
        }

        if (spec.Watchdog is { } limit)
        {
            yield return new("WATCHDOG_USEC", ((long)limit.TotalMicroseconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Runs a hook as its process' user, in its directory and environment, under a mark of its own.</summary>
    /// <exception cref="ProcessManagerException">As for a child.</exception>
    public async Task<SpawnOutcome> SpawnHookAsync(ProcessId id, ProcessSpec spec, HookCall call, ProcessId name, Epoch epoch, SafeFileHandle output)
    {
        var (account, credentials) = ChildAccount.Of(spec);
        var directory = DirectoryOf(spec);
        var words = call.Command.Words;
        return await spawner.SpawnAsync(Request(spec, directory, credentials, environment.ForHook(id, spec, account, directory, call.Variables, name, epoch)) with
        {
            Executable = call.Command.Shell ? "/bin/sh" : words[0],
            Args = call.Command.Shell ? ["-c", words[0]] : [.. words.Skip(1)],
            StdoutFd = (int)output.DangerousGetHandle(),
            StderrFd = (int)output.DangerousGetHandle(),
        });
    }

    private static SpawnRequest Request(ProcessSpec spec, string directory, Credentials? credentials, IReadOnlyList<string> variables) => new()
    {
        Executable = spec.Command,
        Environment = variables,
        WorkingDirectory = directory,
        RunAs = credentials,
        Umask = spec.Umask,
        Nice = spec.Nice,
        CpuAffinity = spec.CpuAffinity,
        Limits = spec.Limits.Count > 0 ? spec.Limits : null,
        NoNewPrivileges = spec.NoNewPrivileges,
    };

    private string DirectoryOf(ProcessSpec spec) =>
        spec.WorkingDirectory is { } directory ? Path.GetFullPath(directory, options.WorkingDirectory) : options.WorkingDirectory;
}
