using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>
/// What is between the stages of pipes: the kernel's pipes, or files for those that run one after another. A child gets its ends at its spawn, and then they are let go of here, so that
/// the end of a writer is the end of what its reader reads. They go with the manager: a stage that wasn't started by then can't be.
/// </summary>
internal sealed class PipeJoints(string folder, TimeProvider clock) : IDisposable
{
    /// <summary>Somebody who opened a pipe and went away without a word doesn't hold descriptors for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Pipe> _pipes = [];

    public void Open(Guid pipe)
    {
        lock (_gate)
        {
            foreach (var (old, _) in _pipes.Where(each => clock.GetUtcNow() - each.Value.Since > Longest).ToList())
            {
                Drop(old);
            }

            _pipes[pipe] = new Pipe(clock.GetUtcNow(), []);
        }
    }

    public void Close(Guid pipe)
    {
        lock (_gate)
        {
            Drop(pipe);
        }
    }

    /// <summary>The descriptors for a stage's standard input and output; -1: not from here. They stay open until <see cref="Given"/>.</summary>
    /// <exception cref="ProcessManagerException">StartFailed.</exception>
    public (int Input, int Output) For(PipeStage stage)
    {
        lock (_gate)
        {
            if (!_pipes.TryGetValue(stage.Pipe, out var pipe))
            {
                throw new ProcessManagerException(ErrorCode.StartFailed, "The pipe that it is a stage of isn't there any more: it goes with whoever waits for it.");
            }

            var before = stage.ReadsJoint ? JointOf(pipe, stage.Index - 1, stage.Sequential).Read : null;
            var after = stage.WritesJoint ? JointOf(pipe, stage.Index, stage.Sequential).Write : null;
            return (Number(before), Number(after));
        }
    }

    /// <summary>The stage's child has them.</summary>
    public void Given(PipeStage stage)
    {
        lock (_gate)
        {
            if (_pipes.TryGetValue(stage.Pipe, out var pipe))
            {
                (stage.ReadsJoint ? pipe.Joints[stage.Index - 1].Read : null)?.Dispose();
                (stage.WritesJoint ? pipe.Joints[stage.Index].Write : null)?.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pipe in _pipes.Keys.ToList())
            {
                Drop(pipe);
            }
        }
    }

    private static int Number(SafeFileHandle? end) => end is null ? -1
        : end.IsClosed ? throw new ProcessManagerException(ErrorCode.StartFailed, "A child of this stage had its end of the pipe already.")
        : (int)end.DangerousGetHandle();

    private Joint JointOf(Pipe pipe, int index, bool sequential)
    {
        if (!pipe.Joints.TryGetValue(index, out var joint))
        {
            pipe.Joints[index] = joint = sequential ? File() : Kernel();
        }

        return joint;
    }

    private static Joint Kernel()
    {
        var pipe = new ChildPipe(writerWaits: true);
        return new Joint(pipe.ReadEnd, pipe.WriteEnd);
    }

    /// <summary>Without a name once it is open: it is gone with the last who has it.</summary>
    private Joint File()
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            var write = System.IO.File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                return new Joint(System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), write);
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }
        catch (IOException failure)
        {
            throw new ProcessManagerException(ErrorCode.StartFailed, $"What is between two stages can't be kept in {folder}: {failure.Message}", failure);
        }
    }

    private void Drop(Guid id)
    {
        if (_pipes.Remove(id, out var pipe))
        {
            foreach (var joint in pipe.Joints.Values)
            {
                joint.Read.Dispose();
                joint.Write.Dispose();
            }
        }
    }

    private sealed record Pipe(DateTimeOffset Since, Dictionary<int, Joint> Joints);

    private sealed record Joint(SafeFileHandle Read, SafeFileHandle Write);
}
