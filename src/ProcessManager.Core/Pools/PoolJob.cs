namespace ProcessManager;

/// <summary>Something to be run once in a pool. It becomes a process of the id <c>&lt;pool&gt;.&lt;key&gt;</c>.</summary>
public sealed record PoolJob
{
    /// <summary>Names it within its pool as long as its record is kept; made (32 hex digits) when absent.</summary>
    public string? Key { get; init; }

    /// <summary>The higher goes first; among equal ones the one that was added first.</summary>
    public int Priority { get; init; }

    /// <summary>What it runs, without an id. Its <see cref="ProcessSpec.Restart"/> says whether it is tried again (<see cref="Retries"/>).</summary>
    public required ProcessSpec Spec { get; init; }

    /// <summary>The process that a job of a pool is.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: the two make no id.</exception>
    public static ProcessId IdOf(string pool, string key) => ProcessId.TryParse($"{pool}.{key}", out var id)
        ? id
        : throw ProcessManagerException.Invalid([new Fault("key", $"{Quoted.Text(key)} is not a job's key: with its pool's name it makes the id of a process: {ProcessId.Characters}")]);
}

/// <summary>Several jobs for one pool.</summary>
public sealed record PoolJobs(ValueList<PoolJob> Jobs);

/// <summary>Where a process stands as a job.</summary>
/// <param name="Number">Rises with each job that is added to the pool.</param>
public sealed record JobPlace(string Pool, string Key, int Priority, long Number);
