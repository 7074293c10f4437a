using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>What became of one of several processes.</summary>
/// <param name="Info">How it stands; null when it isn't there.</param>
/// <param name="Error">Why what was asked for wasn't done to it.</param>
public sealed record ProcessOutcome(ProcessId Id, ProcessInfo? Info, ErrorInfo? Error);

/// <summary>What became of each of several processes; one that failed holds none of the others up.</summary>
public sealed record ManyOutcome(ValueList<ProcessOutcome> Processes)
{
    [JsonIgnore]
    public bool Success => Processes.All(one => one.Error is null);
}

/// <summary>What is done to a member of a stack.</summary>
public enum MemberChange
{
    None,

    Created,

    /// <summary>Its spec changed, without touching the child.</summary>
    Changed,

    /// <summary>Its spec changed, and if it is up it restarts for that.</summary>
    Restarted,

    /// <summary>It is as it should be, and was down.</summary>
    Started,

    /// <summary>It is no longer in the stack's file: stopped and forgotten.</summary>
    Removed,
}

/// <summary>A member of a stack, and what is or was done to it.</summary>
/// <param name="Fields">That differ.</param>
public sealed record MemberOutcome(ProcessId Id, MemberChange Change, ValueList<string> Fields, ProcessInfo? Info = null, ErrorInfo? Error = null);

/// <summary>What became of each member of a stack, or what would.</summary>
public sealed record StackOutcome(string Name, ValueList<MemberOutcome> Members)
{
    [JsonIgnore]
    public bool Success => Members.All(member => member.Error is null);
}
