namespace ProcessManager;

/// <summary>Handles by name, over any manager.</summary>
public static class Handles
{
    /// <summary>One process; whether there is one is found out by its members.</summary>
    public static ProcessHandle Process(this IProcessManager manager, ProcessId id) => new(manager, id);

    /// <summary>One pool; whether there is one is found out by its members.</summary>
    public static PoolHandle Pool(this IProcessManager manager, string name) => new(manager, name);

    /// <exception cref="ProcessManagerException">InvalidSpec: not an id.</exception>
    public static ProcessHandle Process(this IProcessManager manager, string id) => new(manager, ProcessId.Parse(id));
}
