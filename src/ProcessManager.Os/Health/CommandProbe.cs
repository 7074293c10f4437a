using System.Globalization;

namespace ProcessManager.Os;

/// <summary>
/// Asks by a command beside the child. It carries the process' mark, so that whatever it leaves ends with the tree, also by the guard; when it isn't waited for any more its
/// group is killed at once, and <see cref="ProbeLeftovers"/> finds what has left the group.
/// </summary>
internal sealed class CommandProbe(ChildStart start, ExitWatcher exits, ProbeLeftovers leftovers)
{
    public AskProbe Of(Tree tree, ProcessSpec spec, ProbeKind kind, ProbeTarget.Command target) => async cancellationToken =>
    {
        using var running = leftovers.Begin(tree.Id, tree.Epoch, kind);
        SpawnOutcome outcome;
        try
        {
            outcome = await start.SpawnProbeAsync(spec, target, Spelling.Of(kind), tree);
        }
        catch (ProcessManagerException e)
        {
            return ProbeAnswer.Failure(e.Message);
        }

        if (outcome is not SpawnOutcome.Spawned spawned)
        {
            return ProbeAnswer.Failure((outcome as SpawnOutcome.Failed)?.Error.Message ?? "it was not started");
        }

        using var main = spawned.PidFd;
        var ended = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = exits.Watch(main, ours: true, (status, _) => ended.TrySetResult(status));
        await using var late = cancellationToken.Register(() => Kill(main));
        return await ended.Task switch
        {
            ExitStatus.Code code when code.Value == target.ExpectedExitCode => ProbeAnswer.Success,
            ExitStatus.Code code => ProbeAnswer.Failure(string.Create(CultureInfo.InvariantCulture, $"{target.Executable} exited with {code.Value}")),
            ExitStatus.BySignal end => ProbeAnswer.Failure($"{target.Executable} was ended by {end.Signal}"),
            _ => ProbeAnswer.Failure($"how {target.Executable} ended isn't known"),
        };
    };

    private static void Kill(PidFd main)
    {
        // It leads its group: the number is the group's as long as it itself is there, be it as a zombie.
        if (ChildIdentities.Read(main.Pid) == main.Child)
        {
            _ = Libc.Kill(-main.Pid, Signal.Kill.Number);
        }
    }
}
