namespace ProcessManager.Os;

/// <summary>
/// The command that asks a process to stop, run beside it. Its end is told once, however it goes. It carries the process' mark: what it leaves, or
/// itself when it outlasts the main child, ends with the tree.
/// </summary>
internal sealed class StopCommand(SupervisorTools tools, Action<string?> onEnd) : IDisposable
{
    private PidFd? _main;
    private ITimer? _limit;
    private volatile bool _late;

    /// <summary>Starts it; it ends by itself, or killed with all that it started when <paramref name="command"/>'s limit has passed.</summary>
    public async Task StartAsync(ProcessId id, Epoch epoch, SupervisorCommand.RunStopCommand command, int? osPid, ControlGroup? group)
    {
        SpawnOutcome outcome;
        try
        {
            outcome = await tools.Start.SpawnBesideAsync(id, epoch, command.Spec, command.Command, osPid, group);
        }
        catch (ProcessManagerException e)
        {
            onEnd(e.Message);
            return;
        }

        if (outcome is not SpawnOutcome.Spawned spawned)
        {
            onEnd((outcome as SpawnOutcome.Failed)?.Error.Message ?? "It was not started.");
            return;
        }

        _main = spawned.PidFd;
        _limit = tools.Options.Clock.CreateTimer(_ => Kill(), null, command.Limit > TimeSpan.Zero ? command.Limit : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        tools.Exits.Watch(spawned.PidFd, ours: true, (status, _) => OnExited(status, command.Limit));
    }

    public void Dispose()
    {
        _limit?.Dispose();
        _main?.Dispose();
    }

    private void Kill()
    {
        // It leads its group: the number is the group's as long as it itself is there, be it as a zombie.
        if (_main is { } main && ChildIdentities.Read(main.Pid) == main.Child)
        {
            _late = true;
            _ = Libc.Kill(-main.Pid, Signal.Kill.Number);
        }
    }

    private void OnExited(ExitStatus status, TimeSpan limit)
    {
        Dispose();
        onEnd(status switch
        {
            _ when _late => $"It ran longer than {limit.TotalSeconds:0.###} s and was killed.",
            ExitStatus.Code { Value: 0 } => null,
            ExitStatus.Code code => $"It ended with exit code {code.Value}.",
            ExitStatus.BySignal end => $"It was ended by {end.Signal}.",
            _ => "How it ended isn't known.",
        });
    }
}
