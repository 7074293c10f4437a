namespace ProcessManager.Cluster;

/// <summary>Readers at the end of the log. What is written is held against what each asks for, and only who has a match is woken.</summary>
internal sealed class WaitingReaders(TimeProvider clock)
{
    private readonly HashSet<Reader> _waiting = [];

    /// <summary>Until something matches, or the time is over, or <paramref name="closing"/>.</summary>
    public async Task UntilMatchAsync(EventQuery query, long after, TimeSpan limit, CancellationToken closing)
    {
        var reader = new Reader(query, after);
        _waiting.Add(reader);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(closing);
        await Task.WhenAny(reader.Match.Task, Task.Delay(limit, clock, done.Token));
        await done.CancelAsync();
        _waiting.Remove(reader);
    }

    /// <summary>There is more in memory.</summary>
    public void Look(KeptEvents kept)
    {
        foreach (var reader in _waiting)
        {
            if (kept.AnyAfter(reader.Seen, reader.Query))
            {
                reader.Match.TrySetResult();
            }

            reader.Seen = Math.Max(reader.Seen, kept.Last);
        }
    }

    public void ReleaseAll()
    {
        foreach (var reader in _waiting)
        {
            reader.Match.TrySetResult();
        }
    }

    private sealed class Reader(EventQuery query, long seen)
    {
        public EventQuery Query { get; } = query;

        public long Seen { get; set; } = seen;

        public TaskCompletionSource Match { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
