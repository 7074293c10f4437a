namespace ProcessManager.Os;

/// <summary>Does one thing after another, in the order asked for, on the thread pool: what concerns one process waits for nothing else.</summary>
internal abstract class Lane : IThreadPoolWorkItem
{
    private readonly Queue<Func<Task>> _queue = [];
    private bool _running;
    private bool _retired;

    /// <summary>Never waits.</summary>
    protected void Post(Func<Task> work) => Post(work, evenRetired: true);

    /// <returns>False when it was retired: whoever asks needs another lane.</returns>
    protected bool TryPost(Func<Task> work) => Post(work, evenRetired: false);

    /// <summary>From the lane itself, as the last that it does: retires it unless more was asked for meanwhile.</summary>
    protected bool TryRetire()
    {
        lock (_queue)
        {
            return _retired = _queue.Count == 0;
        }
    }

    private bool Post(Func<Task> work, bool evenRetired)
    {
        lock (_queue)
        {
            if (_retired && !evenRetired)
            {
                return false;
            }

            _queue.Enqueue(work);
            if (_running)
            {
                return true;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    protected void Post(Action work) => Post(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Completes when all that was asked for before is done.</summary>
    public Task DrainAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(done.SetResult);
        return done.Task;
    }

    /// <summary>Something that no rule foresaw; the lane goes on.</summary>
    protected abstract void OnFault(Exception exception);

    void IThreadPoolWorkItem.Execute()
    {
        while (TryNext(out var work))
        {
            Task task;
            try
            {
                task = work();
            }
            catch (Exception e)
            {
                OnFault(e);
                continue;
            }

            if (!task.IsCompletedSuccessfully)
            {
                // The lane is taken up again by whatever completes it; no thread waits meanwhile.
                task.GetAwaiter().UnsafeOnCompleted(() => GoOn(task));
                return;
            }
        }
    }

    private void GoOn(Task task)
    {
        if (task.Exception is { } exception)
        {
            OnFault(exception.GetBaseException());
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryNext(out Func<Task> work)
    {
        lock (_queue)
        {
            _running = _queue.TryDequeue(out work!);
            return _running;
        }
    }
}
