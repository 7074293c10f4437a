namespace ProcessManager;

/// <summary>How the manager is.</summary>
public sealed record ManagerHealth
{
    /// <summary>Recovery is over and the journal can be written.</summary>
    public required bool Ready { get; init; }

    public required int Total { get; init; }

    public required int Running { get; init; }

    public required int Terminating { get; init; }

    /// <summary>Terminated or finished with another reason than Completed, Stopped or Killed.</summary>
    public required int Failed { get; init; }

    /// <summary>Turns that wait for the journal.</summary>
    public required int QueueDepth { get; init; }

    /// <summary>What is wrong: a full disk, records that can't be read, a host that can't do something. Empty: nothing.</summary>
    public ValueList<string> Problems { get; init; } = [];

    public required string Version { get; init; }

    public string? Node { get; init; }
}
