using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>One request on its way: prepared by the caller's thread, run by one that spawns, answered by a third.</summary>
internal sealed unsafe class SpawnJob(SpawnRequest request, SpawnBlock block, Action<SpawnOutcome> answer)
{
    private ErrorInfo? _fault;
    private DateTimeOffset _at;

    /// <summary>By a thread with a directory of its own where there is one and, for what can't be undone, ends afterwards.</summary>
    public void Run(byte* root, TimeProvider clock)
    {
        var plan = block.Plan;
        if (plan->Wrapper != null)
        {
            // The wrapper could only say that exec failed, to the child's stderr: look first.
            plan->OnlyLooks = true;
            SpawnWindow.Run(plan, SpawnCalls.Instance, root);
            plan->OnlyLooks = false;
            if (plan->Step == SpawnStep.None)
            {
                _fault = StartFault.Inspect(request, block.Candidates[plan->Chosen]);
            }
        }

        if (_fault is null && plan->Step == SpawnStep.None && (plan->LowersOpenFiles || plan->SharesDirectory))
        {
            // Both change the whole process for a moment.
            lock (OpenFileLimit.Gate)
            {
                SpawnWindow.Run(plan, SpawnCalls.Instance, root);
            }
        }
        else if (_fault is null && plan->Step == SpawnStep.None)
        {
            SpawnWindow.Run(plan, SpawnCalls.Instance, root);
        }

        _at = clock.GetUtcNow();
        if (plan->IsStuck)
        {
            Environment.FailFast("The manager could not take its own user back after starting a process as another one.");
        }
    }

    /// <summary>By a thread of no special kind: this reads files, and who is answered may make the pool run.</summary>
    public void Answer()
    {
        var outcome = Conclude();
        block.Dispose();
        answer(outcome);
    }

    private SpawnOutcome Conclude()
    {
        var plan = block.Plan;
        if (_fault is not null)
        {
            return new SpawnOutcome.Failed(_fault, 0, Transient: false, _at);
        }

        if (plan->Step == SpawnStep.None)
        {
            // Nobody has waited for it: the number is its own, alive or zombie.
            return PidFd.OpenOwn(plan->Pid) is { } pidFd
                ? new SpawnOutcome.Spawned(pidFd, pidFd.Child, _at)
                : Unheld(plan->Pid, Marshal.GetLastPInvokeError());
        }

        if (plan->Step == SpawnStep.Spawn && request.MarkerPath is { } marker)
        {
            if (plan->Errno == Errno.EEXIST)
            {
                return new SpawnOutcome.MarkerExists(_at);
            }

            // Made and exec failed: nothing ran, and it mustn't say otherwise. Not made: libc didn't come as far as that.
            if (Libc.Unlink(marker) != 0 && plan->Errno is not (Errno.EAGAIN or Errno.ENOMEM))
            {
                return new SpawnOutcome.Failed(StartFault.Marker(marker, plan->Errno), plan->Errno, Errno.IsTransient(plan->Errno), _at);
            }
        }

        return new SpawnOutcome.Failed(StartFault.Explain(request, block.Candidates, plan), plan->Errno, Errno.IsTransient(plan->Errno), _at);
    }

    /// <summary>Out of descriptors: a child that can't be held can't be supervised, so it is ended at once. Not transient, for it did run.</summary>
    private SpawnOutcome.Failed Unheld(int pid, int errno)
    {
        _ = Libc.Kill(pid, Signal.Kill.Number);
        WaitStatus.Collect(pid);
        var message = $"Process {pid} was started and ended at once, for no pidfd could be had for it ({Errno.Describe(errno)}).";
        return new SpawnOutcome.Failed(new ErrorInfo(ErrorCode.StartFailed, message), errno, Transient: false, _at);
    }
}
