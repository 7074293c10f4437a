using System.Text;

namespace ProcessManager.Cli;

/// <summary>Who waits for whom, as a tree: under each process those that depend on it, with how each stands.</summary>
internal static class DependencyPicture
{
    /// <param name="dependencies">By process what it depends on; those that depend on nothing may be missing.</param>
    /// <param name="name">What a process is called.</param>
    public static string Of(IReadOnlyList<ProcessInfo> infos, IReadOnlyDictionary<ProcessId, ValueList<Dependency>> dependencies, Func<ProcessId, string> name)
    {
        var phases = infos.ToDictionary(info => info.Id, info => info.Phase);
        var dependants = dependencies
            .SelectMany(pair => pair.Value.Select(dependency => (On: dependency.Id, Who: pair.Key, dependency.Condition)))
            .ToLookup(edge => edge.On);
        var text = new StringBuilder();
        var drawn = new HashSet<ProcessId>();
        foreach (var root in dependants.Select(group => group.Key).Where(id => !dependencies.TryGetValue(id, out var own) || own.Count == 0).OrderBy(id => id.Value, StringComparer.Ordinal))
        {
            text.Append(Standing(root)).Append('\n');
            Draw(root, "");
        }

        return text.ToString().TrimEnd('\n');

        void Draw(ProcessId id, string indent)
        {
            if (!drawn.Add(id))
            {
                return;
            }

            var all = dependants[id].OrderBy(edge => edge.Who.Value, StringComparer.Ordinal).ToList();
            foreach (var (index, edge) in all.Index())
            {
                var last = index == all.Count - 1;
                var again = drawn.Contains(edge.Who) && dependants[edge.Who].Any() ? "  (see above)" : "";
                text.Append(indent).Append(last ? "└─ " : "├─ ").Append(Standing(edge.Who)).Append(Condition(edge.Condition)).Append(again).Append('\n');
                Draw(edge.Who, indent + (last ? "   " : "│  "));
            }
        }

        string Standing(ProcessId id) => $"{name(id)}  {(phases.TryGetValue(id, out var phase) ? phase.ToString() : "not there")}";
    }

    private static string Condition(DependencyCondition? condition) => condition is { } named ? $"  once {named}" : "";
}
