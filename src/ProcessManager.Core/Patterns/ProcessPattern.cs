namespace ProcessManager;

/// <summary>
/// What a process commonly is, and so how it is watched and restarted. A pattern fills in fields that its spec doesn't say: where the spec is read (YAML, JSON),
/// and in <see cref="ProcessPatterns"/>. Once there, the fields are the spec's own; the pattern stays beside them to say where they came from.
/// </summary>
public abstract record ProcessPattern
{
    private ProcessPattern()
    {
    }

    /// <summary>Answers HTTP. Restarted on failure at most 3 times in a run, 5 s after each.</summary>
    public sealed record WebServer(int Port) : ProcessPattern
    {
        public string HealthPath { get; init; } = "/health";

        public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(30);
    }

    /// <summary>Takes connections. Restarted on failure at most 5 times in a run, 10 s after each.</summary>
    public sealed record Database(int Port) : ProcessPattern
    {
        public string Host { get; init; } = "localhost";

        /// <summary>How long it may take until it can be connected to.</summary>
        public TimeSpan StartupTime { get; init; } = TimeSpan.FromSeconds(10);
    }

    /// <summary>Works without being asked. Restarted on failure, 5 s after each.</summary>
    public sealed record Worker : ProcessPattern
    {
        /// <summary>A shell line that succeeds while the worker is well; null: nobody asks.</summary>
        public string? HealthCommand { get; init; }

        public bool RestartOnCrash { get; init; } = true;

        /// <summary>In a run.</summary>
        public int MaxRestarts { get; init; } = 3;
    }

    /// <summary>Starts and ends slowly. Restarted on failure at most 3 times in a run, 15 s after each.</summary>
    public sealed record BlockchainNode(int Port) : ProcessPattern
    {
        /// <summary>How long it may take until it can be connected to.</summary>
        public TimeSpan StartupTime { get; init; } = TimeSpan.FromSeconds(60);

        /// <summary>How long it may take to stop.</summary>
        public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);
    }
}
