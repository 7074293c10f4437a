namespace ProcessManager;

/// <summary>How a command is run. What isn't here (user, limits, output, stop ladder) is said by a spec: <see cref="IProcessManager.RunAsync"/>.</summary>
public sealed record RunOptions
{
    /// <summary>Must exist; the manager's default when absent.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Set in the child, beside what it inherits; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The longest an attempt may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The longest an attempt may write nothing.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Its standard input; none when absent.</summary>
    public CommandInput? Input { get; init; }

    /// <summary>Attempts after the first, each after one that failed; see <see cref="Retries"/>.</summary>
    public int RetryAttempts { get; init; }

    public TimeSpan RetryDelay { get; init; } = Retries.DefaultDelay;

    /// <summary>Told what it writes, on any thread, one call at a time; all of it by the time that the result is there. What it throws ends the command, and is thrown.</summary>
    public OutputCallback? OnOutput { get; init; }

    /// <summary>The command as a spec, under an id of its own.</summary>
    internal ProcessSpec Spec(string command, IEnumerable<string> args)
    {
        if (RetryAttempts < 0 || RetryDelay < TimeSpan.Zero)
        {
            throw ProcessManagerException.Invalid([new Fault(RetryAttempts < 0 ? "retryAttempts" : "retryDelay", "must not be negative")]);
        }

        if (RetryAttempts > 0 && Input?.Stream is not null)
        {
            throw ProcessManagerException.Invalid([new Fault("input", "a stream can be read once only; give text or bytes to a command with retries")]);
        }

        return new ProcessSpec
        {
            Id = ProcessId.New(),
            Command = command,
            Args = [.. args],
            WorkingDirectory = WorkingDirectory,
            Environment = Environment.Select(pair => KeyValuePair.Create(pair.Key, pair.Value is { } text ? new EnvironmentValue(text) : null)).ToValueMap(),
            Timeout = Timeout,
            IdleTimeout = IdleTimeout,
            Restart = Retries.Policy(RetryAttempts, RetryDelay),
            Stdin = Input?.Stream is null ? new StdinSpec() : new StdinSpec { Mode = StdinMode.Pipe },
        };
    }
}
