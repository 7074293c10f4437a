using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Where a process is to run. A host with one machine doesn't say (null).</summary>
[JsonDerivedType(typeof(Placement.On), "on")]
[JsonDerivedType(typeof(Placement.Nowhere), "nowhere")]
public abstract record Placement
{
    private Placement()
    {
    }

    public sealed record On(string Node) : Placement;

    /// <summary>No node fits just now; the process waits for one.</summary>
    /// <param name="Why">For people: what is missing.</param>
    public sealed record Nowhere(string Why) : Placement;
}
