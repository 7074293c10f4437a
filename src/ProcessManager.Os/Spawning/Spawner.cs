using System.Runtime.InteropServices;

namespace ProcessManager.Os;

/// <summary>
/// Starts children. One thread spawns them all, one after another (the kernel stops the spawning thread until exec anyhow, about 0.3 ms);
/// a second one answers, because a thread that spawns must not touch the thread pool (<see cref="SpawnWindow"/>). What can't be undone on a
/// thread (nice, CPUs, no_new_privs) is done on one that ends afterwards.
/// </summary>
internal sealed unsafe class Spawner : IDisposable
{
    private readonly WorkQueue<SpawnJob> _waiting = new();
    private readonly WorkQueue<SpawnJob> _done = new();
    private readonly ManagerIdentity _manager = new();
    private readonly void* _attributes = PosixSpawn.MakeAttributes();
    private readonly byte* _root = (byte*)NativeMemory.AllocZeroed(2);
    private readonly OpenFileLimit _openFiles;
    private readonly TimeProvider _clock;
    private readonly Thread _spawning;
    private readonly Thread _answering;
    private readonly bool _ownsDirectory;
    private readonly int _null;

    /// <param name="openFiles">Null: as this process was started. For tests.</param>
    /// <param name="ownsDirectory">Null: where it is possible. For tests.</param>
    public Spawner(TimeProvider clock, OpenFileLimit? openFiles = null, bool? ownsDirectory = null)
    {
        _ownsDirectory = ownsDirectory ?? OwnDirectory.IsPossible;
        _clock = clock;
        _openFiles = openFiles ?? OpenFileLimit.AsStarted();
        *_root = (byte)'/';
        _null = Libc.Open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NOCTTY, 0);
        _spawning = new Thread(RunSpawns) { IsBackground = true, Name = "spawn" };
        _answering = new Thread(RunAnswers) { IsBackground = true, Name = "spawn answers" };
        _answering.Start();
        _spawning.Start();
    }

    /// <summary>
    /// Answers once exec has succeeded or the start has failed; never throws for what a user can cause. The request's descriptors must stay
    /// open until then.
    /// </summary>
    public Task<SpawnOutcome> SpawnAsync(SpawnRequest request)
    {
        var outcome = new TaskCompletionSource<SpawnOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Spawn(request, outcome.SetResult);
        return outcome.Task;
    }

    /// <summary>
    /// As <see cref="SpawnAsync"/>, without a turn of the thread pool: <paramref name="answer"/> runs on the answering thread (at once, on the
    /// caller's, when the request is refused) and must neither block nor throw.
    /// </summary>
    public void Spawn(SpawnRequest request, Action<SpawnOutcome> answer)
    {
        if (Refusal(request) is { } refusal)
        {
            answer(new SpawnOutcome.Failed(refusal, 0, Transient: false, _clock.GetUtcNow()));
            return;
        }

        SpawnBlock block;
        try
        {
            block = SpawnBlock.For(request, _manager, _openFiles, _ownsDirectory, _attributes, _null);
        }
        catch (ProcessManagerException e)
        {
            answer(new SpawnOutcome.Failed(new ErrorInfo(e.Code, e.Message), 0, Transient: false, _clock.GetUtcNow()));
            return;
        }

        var job = new SpawnJob(request, block, answer);
        if (request.NoNewPrivileges || request.Nice is not null || request.CpuAffinity is not null)
        {
            new Thread(() => SpawnAlone(job)) { IsBackground = true, Name = "spawn once" }.Start();
        }
        else if (!_waiting.Add(job))
        {
            block.Dispose();
            answer(new SpawnOutcome.Failed(new ErrorInfo(ErrorCode.Unavailable, "The manager is shutting down."), 0, Transient: false, _clock.GetUtcNow()));
        }
    }

    /// <summary>What was asked for before is still started and answered.</summary>
    public void Dispose()
    {
        _waiting.Close();
        _spawning.Join();
        _done.Close();
        _answering.Join();
        _ = Libc.Close(_null);
        NativeMemory.Free(_root);
        NativeMemory.Free(_attributes);
    }

    private ErrorInfo? Refusal(SpawnRequest request)
    {
        if (request.RunAs is { } who && _manager.Uid != 0 && !_manager.Is(who))
        {
            return new ErrorInfo(
                ErrorCode.PermissionDenied,
                $"A process can't be started as uid {who.Uid}, gid {who.Gid}: the manager runs as uid {_manager.Uid}, and only root may change users.");
        }

        return request.Limits is { Count: > 0 } ? LimitWrapper.Check(request, _manager) : null;
    }

    private void TakeDirectory()
    {
        if (_ownsDirectory && !OwnDirectory.Take())
        {
            Environment.FailFast($"A thread can't have a directory of its own any more ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
        }
    }

    private void RunSpawns()
    {
        TakeDirectory();
        List<SpawnJob> batch = [];
        while (_waiting.Take(ref batch))
        {
            foreach (var job in batch)
            {
                job.Run(_root, _clock);
                _done.Add(job);
            }

            batch.Clear();
        }
    }

    private void SpawnAlone(SpawnJob job)
    {
        TakeDirectory();
        job.Run(_root, _clock);
        if (!_done.Add(job))
        {
            // Disposed meanwhile: nobody else is left to answer.
            job.Answer();
        }
    }

    private void RunAnswers()
    {
        List<SpawnJob> batch = [];
        while (_done.Take(ref batch))
        {
            foreach (var job in batch)
            {
                job.Answer();
            }

            batch.Clear();
        }
    }
}
