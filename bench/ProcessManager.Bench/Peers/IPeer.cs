namespace ProcessManager.Bench;

/// <summary>A process manager that can start many children, keep them running and show them; ours is one of them.</summary>
internal interface IPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What shows all children, as a user types it.</summary>
    string StatusCommand { get; }

    /// <summary>The manager whose children they are.</summary>
    int OsPid { get; }

    /// <summary>Starts the manager and so many `sleep`s that are restarted at once when they crash; answers when all are there.</summary>
    Task StartAsync(int count);

    Task StatusAsync();
}
