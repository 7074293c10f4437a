namespace ProcessManager.Cli;

/// <summary>
/// On a terminal: the same screen as <c>top</c>, of these processes alone. It ends with them, and says then on the ordinary screen how each ended; to quit it is to
/// stop them all.
/// </summary>
internal sealed class LiveView : IStackView
{
    private readonly Caller _caller;
    private readonly TopSession _session;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SortedDictionary<string, ProcessInfo> _last = new(StringComparer.Ordinal);
    private readonly Task _running;

    public LiveView(Caller caller, IProcessManager manager, Tty tty, string group)
    {
        _caller = caller;
        _session = new TopSession(
            caller,
            manager,
            tty,
            new TopModel { Title = group, IdPrefix = $"{group}.", Foreground = true },
            new ProcessQuery { Group = group },
            quit: caller.Interrupts.Raise);
        _running = WatchAsync();
    }

    public bool Steers => true;

    public void Wrote(string key, OutputLine line)
    {
        // The screen reads the log of the one that is looked at.
    }

    public void Happened(string key, ProcessEvent happened)
    {
        if (Happening.ForPeople(happened, _caller.Clock.GetUtcNow()) is { } sentence)
        {
            _session.Say($"{key}: {sentence}");
        }
    }

    public void Stands(string key, ProcessInfo info)
    {
        lock (_last)
        {
            _last[key] = info;
        }
    }

    public void Note(string sentence) => _session.Say(sentence);

    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _running;
        await _session.DisposeAsync();
        lock (_last)
        {
            foreach (var (key, info) in _last)
            {
                _caller.Error.Line($"procman: {key}: {State.Brief(info, _caller.Clock.GetUtcNow())}");
            }
        }
    }

    /// <summary>A terminal that goes away, or a fault of the screen, stops them all: nobody could do it by hand any more.</summary>
    private async Task WatchAsync()
    {
        try
        {
            await _session.RunAsync(_over.Task, CancellationToken.None);
        }
        finally
        {
            if (!_over.Task.IsCompleted)
            {
                _caller.Interrupts.Raise();
            }
        }
    }
}
