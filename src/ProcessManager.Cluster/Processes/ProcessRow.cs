namespace ProcessManager.Cluster;

/// <summary>
/// All of a process that is written with a turn, in one row and so in one piece. A spec is part of it: a row of its own could be written without the turn that it belongs to.
/// </summary>
internal sealed record ProcessRow
{
    /// <summary>Null: the process was removed; what is left to do is to tell <see cref="Untold"/>, and its nodes.</summary>
    public ProcessState? State { get; init; }

    /// <summary>Of a removed process: the nodes that have something of it, and the last epoch that they know.</summary>
    public ValueList<Leftover> Leftovers { get; init; } = [];

    public ProcessSpec? Spec { get; init; }

    /// <summary>The last attempts that ended, oldest first; older ones are in a row of their own (<see cref="AttemptHistory"/>).</summary>
    public ValueList<AttemptResult> Attempts { get; init; } = [];

    /// <summary>Events that the event log may not have yet. The last of them has the number <see cref="LastEvent"/>.</summary>
    public ValueList<ProcessEvent> Untold { get; init; } = [];

    /// <summary>Made with the process: a later one of that name has another.</summary>
    public Guid Life { get; init; }

    /// <summary>Events of a process are numbered from 1 over its life.</summary>
    public long LastEvent { get; init; }

    /// <summary>The labels that they are told with; of a removed process its last.</summary>
    public ValueMap<string> Labels { get; init; } = [];
}

/// <summary>What a removed process may have left on a node: a ledger entry, logs.</summary>
internal sealed record Leftover(string Node, Epoch Epoch);
