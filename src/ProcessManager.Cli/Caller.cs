namespace ProcessManager.Cli;

/// <summary>
/// Who calls procman and from where: its streams, environment, directory, clock and signals, and the way to a manager. Everything that a verb
/// knows of the world outside comes through here.
/// </summary>
internal sealed class Caller
{
    public required Stream Input { get; init; }

    public required bool InputIsTerminal { get; init; }

    public required Printer Out { get; init; }

    public required Printer Error { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    public required bool IsRoot { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Interrupts Interrupts { get; init; }

    /// <summary>The manager behind a socket. Nothing is sent yet: one that isn't there is found out by the first call.</summary>
    public required Func<string, IProcessManager> Connect { get; init; }

    /// <summary>A manager of our own in a data directory; null is a temporary one.</summary>
    public required Func<string?, CancellationToken, Task<LocalManager>> OpenLocal { get; init; }

    public string? Variable(string name) => Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The path that the caller means by <paramref name="path"/>.</summary>
    public string Absolute(string path) => Path.GetFullPath(path, WorkingDirectory);
}

/// <summary>A manager in this process, and how to end it.</summary>
internal sealed record LocalManager(IProcessManager Manager, Func<ValueTask> EndAsync) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => EndAsync();
}
