namespace ProcessManager.Embedded;

/// <summary>Tells of changes of the templates' directory as they happen: told by the kernel, and looked for every now and then where that fails.</summary>
internal sealed class TemplateWatch : IAsyncDisposable
{
    /// <summary>Editors write a file in several steps.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly TemplateFolder _folder;
    private readonly SqliteJournal _journal;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly SemaphoreSlim _telling = new(1);
    private FileSystemWatcher? _watcher;
    private Task _living = Task.CompletedTask;

    public TemplateWatch(TemplateFolder folder, SqliteJournal journal, TimeProvider clock) => (_folder, _journal, _clock) = (folder, journal, clock);

    public void Start() => _living = LiveAsync();

    /// <summary>Journals what was found since the last time.</summary>
    public async Task TellAsync()
    {
        await _telling.WaitAsync();
        try
        {
            if (_folder.TakeNews() is { Count: > 0 } news)
            {
                await _journal.AppendAsync(new JournalEntry { Id = null, Events = [.. news] });
            }
        }
        catch (ProcessManagerException storage) when (storage.Code is ErrorCode.StorageFull or ErrorCode.StorageUnavailable)
        {
            // Told to nobody; health says that the journal can't be written, and the list of templates says how they are.
        }
        finally
        {
            _telling.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _watcher?.Dispose();
        await _living.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task LiveAsync()
    {
        while (true)
        {
            Watch();
            using var look = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            look.CancelAfter(LookEvery);
            try
            {
                await _changed.WaitAsync(look.Token);
                await Task.Delay(Settle, _clock, _end.Token);
            }
            catch (OperationCanceledException) when (!_end.IsCancellationRequested)
            {
                // Nobody said anything for long: look.
            }

            await TellAsync();
        }
    }

    private void Watch()
    {
        if (_watcher is not null || !Directory.Exists(_folder.Path))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(_folder.Path);
            watcher.Changed += (_, _) => Wake();
            watcher.Created += (_, _) => Wake();
            watcher.Deleted += (_, _) => Wake();
            watcher.Renamed += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The user's watches are used up, or it went: then it is looked for.
        }
    }

    private void Wake()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Said already.
        }
    }
}
