namespace ProcessManager;

/// <summary>
/// Processes that belong together, as a file has them: their ids are <c>&lt;name&gt;.&lt;key&gt;</c> and the name is their group. A stack has no record of its own: it
/// is the processes of that group with such ids.
/// </summary>
public sealed record StackSpec(string Name, ValueList<ProcessSpec> Processes)
{
    /// <summary>What a member is called within its stack.</summary>
    public string KeyOf(ProcessId id) => KeyOf(Name, id) ?? id.Value;

    /// <summary>Null for one that isn't of this stack.</summary>
    internal static string? KeyOf(string stack, ProcessId id) =>
        id.Value.Length > stack.Length + 1 && id.Value[stack.Length] == '.' && id.Value.StartsWith(stack, StringComparison.Ordinal) ? id.Value[(stack.Length + 1)..] : null;
}
