namespace ProcessManager.Os;

/// <summary>Does one thing after another, in the order asked for, on the thread pool: what concerns one process waits for nothing else.</summary>
internal abstract class Lane : IThreadPoolWorkItem
{
    private readonly Queue<Func<Task>> _queue = [];
    private bool _running;

    /// <summary>Never waits.</summary>
    protected void Post(Func<Task> work)
    {
        lock (_queue)
        {
            _queue.Enqueue(work);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
