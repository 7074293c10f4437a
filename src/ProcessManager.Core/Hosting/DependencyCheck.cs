namespace ProcessManager;

/// <summary>Whether what a spec depends on is there, and doesn't wait for it in turn; before anything is made of the spec.</summary>
internal static class DependencyCheck
{
    /// <param name="find">The spec of a process; null where there is none.</param>
    /// <exception cref="ProcessManagerException">DependencyMissing, DependencyCycle.</exception>
    public static async Task OfAsync(IReadOnlyCollection<ProcessSpec> specs, Func<ProcessId, Task<ProcessSpec?>> find)
    {
        if (specs.All(spec => spec.DependsOn.Count == 0))
        {
            return;
        }

        var known = specs.ToDictionary(spec => spec.Id!.Value);
        var missing = new HashSet<ProcessId>();
        var asked = specs.ToList();
        while (asked.Count > 0)
        {
            // All at once: on a cluster each is a call.
            var unknown = asked.SelectMany(spec => spec.DependsOn).Select(on => on.Id).Distinct().Where(id => !known.ContainsKey(id) && !missing.Contains(id)).ToList();
            var found = await Task.WhenAll(unknown.Select(find));
            missing.UnionWith(unknown.Where((_, index) => found[index] is null));
            asked = [.. found.OfType<ProcessSpec>()];
            asked.ForEach(spec => known[spec.Id!.Value] = spec);
        }

        var mine = specs.Select(spec => spec.Id!.Value).ToHashSet();
        DependencyGraph.Of(specs).CheckCycles();
        var graph = DependencyGraph.Of([.. specs, .. known.Values.Where(spec => !mine.Contains(spec.Id!.Value))]);

        // What others lack is theirs to tell.
        DependencyGraph.Refuse([.. graph.Outside().Where(edge => mine.Contains(edge.By))]);
        graph.CheckCycles();
    }
}
