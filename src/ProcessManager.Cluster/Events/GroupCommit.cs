namespace ProcessManager.Cluster;

/// <summary>
/// Appends wait in a row; one writes at a time, and those that came meanwhile are written together. Each is answered when all of it is durable. When a write fails all that wait are
/// told: what was theirs may be in or not, and repeating it finds that out.
/// </summary>
/// <param name="load">The log as the rows have it.</param>
/// <param name="failed">The log has to be loaded again.</param>
/// <param name="written">There is more to read.</param>
internal sealed class GroupCommit(Func<Task<KeptEvents>> load, Action<Exception> failed, Action<KeptEvents> written)
{
    private readonly Queue<Append> _waiting = new();
    private Task _writing = Task.CompletedTask;

    public async Task<Answer<bool>> AppendAsync(EventBatch batch)
    {
        var append = new Append(batch);
        _waiting.Enqueue(append);
        if (_writing.IsCompleted)
        {
            _writing = WriteAllAsync();
        }

        return await append.Answered.Task;
    }

    private async Task WriteAllAsync()
    {
        while (_waiting.Count > 0)
        {
            // Calls that have arrived come in first.
            await Task.Yield();
            try
            {
                await WriteSomeAsync(await load());
            }
            catch (Exception failure)
            {
                failed(failure);
                while (_waiting.TryDequeue(out var append))
                {
                    append.Answered.SetResult(new Answer<bool>(default, EventLogProblem.Of(failure)));
                }
            }
        }
    }

    private async Task WriteSomeAsync(KeptEvents kept)
    {
        if (kept.Room == 0)
        {
            await kept.BeginSegmentAsync();
        }

        // They stay in the row until they are written: then a failure finds them there. The last may go in only in part; its rest follows in the next segment.
        var entries = new List<EventEntry>();
        var whole = 0;
        foreach (var append in _waiting.Take(EventSegment.Size).ToArray())
        {
            append.Fresh ??= new Queue<EventEntry>(await kept.FreshAsync(append.Batch));
            while (append.Fresh.Count > 0 && entries.Count < kept.Room)
            {
                entries.Add(append.Fresh.Dequeue());
            }

            if (append.Fresh.Count > 0)
            {
                break;
            }

            whole++;
        }

        if (entries.Count > 0)
        {
            await kept.WriteAsync(entries);
            written(kept);
        }

        for (; whole > 0; whole--)
        {
            _waiting.Dequeue().Answered.SetResult(Answer.Of(true));
        }
    }

    private sealed class Append(EventBatch batch)
    {
        public EventBatch Batch { get; } = batch;

        /// <summary>What of it isn't written yet; null: not looked at.</summary>
        public Queue<EventEntry>? Fresh { get; set; }

        public TaskCompletionSource<Answer<bool>> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
