using System.Globalization;

namespace ProcessManager;

/// <summary>
/// Processes <c>id.1</c> … <c>id.n</c> of one spec. There is no record of the set: it is its members, ordinary processes whose specs say which replica they are.
/// </summary>
internal static class ReplicaSet
{
    public const int Most = 1_000;

    public static ProcessId IdOf(ProcessId id, int replica) => ProcessId.Parse($"{id}.{replica.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Whether an id is that of this replica of something.</summary>
    public static bool Fits(ProcessId id, int replica) => id.Value.EndsWith($".{replica.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);

    /// <summary>For what is one process by its nature: a command, a job.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec.</exception>
    public static void CheckSingle(ProcessSpec spec)
    {
        if (spec.Replicas != 1)
        {
            throw ProcessManagerException.Invalid([new Fault("replicas", "a command or a job is one process: leave it out")]);
        }
    }

    /// <summary>A member's spec.</summary>
    /// <param name="whole">The set's.</param>
    public static ProcessSpec Member(ProcessSpec whole, int replica) => whole with { Id = IdOf(whole.Id!.Value, replica), Replicas = 1, Replica = replica };

    /// <summary>The set's spec, from a member's.</summary>
    public static ProcessSpec Whole(ProcessId id, ProcessSpec member, int replicas) => member with { Id = id, Replicas = replicas, Replica = null };

    /// <summary>The set as one: the first member's facts, the goal and the phase of the one that is furthest from running, and whether all are ready and healthy.</summary>
    public static ProcessInfo Info(ProcessId id, IReadOnlyList<ProcessInfo> members)
    {
        var behind = members.MinBy(member => Nearness(member.Phase))!;
        return behind with
        {
            Id = id,
            Name = behind.Name == behind.Id.Value ? id.Value : behind.Name,
            OsPid = members.Count == 1 ? behind.OsPid : null,
            Replica = null,
            Replicas = [.. members.Select(member => member.Id)],
            Ready = members.All(member => member.Ready),
            Healthy = members.All(member => member.Healthy),
            RestartCount = members.Sum(member => member.RestartCount),
            Version = members.Sum(member => member.Version),
            Metrics = null,
        };
    }

    private static int Nearness(Phase phase) => phase switch
    {
        Phase.BackingOff => 0,
        Phase.Waiting => 1,
        Phase.Starting => 2,
        Phase.Terminating => 3,
        Phase.Created => 4,
        Phase.Terminated => 5,
        Phase.Finished => 6,
        Phase.Running => 7,
        _ => throw new System.Diagnostics.UnreachableException($"phase {phase}"),
    };
}
