using System.Diagnostics;

namespace ProcessManager.Os;

/// <summary>
/// Measures many trees in one pass over <c>/proc</c>. One sampler is one series: percentages are over the time since its sample before.
/// Not for use by two callers at once.
/// </summary>
public sealed class ProcSampler(TimeProvider clock)
{
    /// <summary>What each tree uses now. A tree of which no member lives is left out.</summary>
    /// <param name="trees">The members of each, the main child first.</param>
    /// <param name="descriptors">Count open descriptors too: a directory listing for each member.</param>
    public IReadOnlyDictionary<ProcessId, TreeMetrics> Sample(
        IReadOnlyDictionary<ProcessId, IReadOnlyList<ChildIdentity>> trees, bool descriptors = false) => throw new UnreachableException($"{clock}");
}
