using System.Diagnostics;
using System.Globalization;

namespace ProcessManager;

/// <summary>Which node a process goes to: a function of its spec and of what is known of the nodes.</summary>
public static class PlacementRules
{
    /// <summary>
    /// The present node while it is live and fits, so that nothing moves without need; else the live node that fits with the least load per CPU.
    /// </summary>
    /// <param name="present">Where it is or was; null when it was nowhere yet.</param>
    public static Placement Choose(ProcessSpec spec, string? present, IReadOnlyCollection<NodeInfo> nodes)
    {
        var fitting = nodes.Where(node => node.State == NodeState.Live && Fits(spec, node)).ToList();
        var chosen = fitting.Find(node => node.Name == present)
            ?? fitting.OrderBy(LoadPerCpu).ThenBy(node => node.Name, StringComparer.Ordinal).FirstOrDefault();
        return chosen is null ? new Placement.Nowhere(WhyNowhere(spec, nodes)) : new Placement.On(chosen.Name);
    }

    /// <summary>What a host with one machine can't do of a spec: it has no other node, and its node has no labels.</summary>
    /// <param name="here">The machine's own name, if it has one.</param>
    public static IReadOnlyList<Fault> CheckAlone(ProcessSpec spec, string? here)
    {
        var faults = new List<Fault>();
        if (spec.Node is { } wanted && wanted != here)
        {
            faults.Add(new Fault("node", here is null
                ? $"names {Quoted.Text(wanted)}, and this manager has one machine, which has no name"
                : $"names {Quoted.Text(wanted)}, and this manager has one machine, \"{here}\""));
        }

        if (spec.NodeLabels.Count > 0)
        {
            faults.Add(new Fault("nodeLabels", $"asks for {Text(spec.NodeLabels)}, and this manager has one machine, which has no labels"));
        }

        return faults;
    }

    private static bool Fits(ProcessSpec spec, NodeInfo node) =>
        (spec.Node is null || spec.Node == node.Name) && HasLabels(spec, node) && Has(spec.Resources, node);

    /// <summary>Limits are what a process may use and not what it needs; but one that may use more than there is doesn't belong there.</summary>
    private static bool Has(ResourceSpec resources, NodeInfo node) =>
        (resources.MemoryMax is null || node.MemoryBytes is null || resources.MemoryMax <= node.MemoryBytes) && (resources.CpuMax is null || resources.CpuMax <= node.Cpus);

    private static bool HasLabels(ProcessSpec spec, NodeInfo node) =>
        spec.NodeLabels.All(wanted => node.Labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    private static double LoadPerCpu(NodeInfo node) => (double)node.Load / Math.Max(1, node.Cpus);

    private static string WhyNowhere(ProcessSpec spec, IReadOnlyCollection<NodeInfo> nodes)
    {
        if (spec.Node is not { } wanted)
        {
            return !nodes.Any(node => node.State == NodeState.Live) ? "no node is live"
                : nodes.Any(node => node.State == NodeState.Live && HasLabels(spec, node)) ? $"no live node{With(spec.NodeLabels)} has {Text(spec.Resources)}"
                : $"no live node has {Text(spec.NodeLabels)}";
        }

        return nodes.FirstOrDefault(node => node.Name == wanted) switch
        {
            null => $"no node named \"{wanted}\" is known",
            { State: NodeState.Live } node => $"its node \"{wanted}\" doesn't have {(HasLabels(spec, node) ? Text(spec.Resources) : Text(spec.NodeLabels))}",
            { State: NodeState.Away } node => $"its node \"{wanted}\" is away since {TimeText.Of(node.Since)}",
            { State: NodeState.Joining } => $"its node \"{wanted}\" is joining",
            { State: NodeState.Leaving } => $"its node \"{wanted}\" is leaving",
            { State: var state } => throw new UnreachableException($"state {state}"),
        };
    }

    private static string With(ValueMap<string> labels) => labels.Count == 0 ? "" : $" with {Text(labels)}";

    private static string Text(ResourceSpec resources)
    {
        var memory = resources.MemoryMax is { } bytes ? $"{Sizes.Format(bytes)} of memory" : null;
        var cpus = resources.CpuMax is { } cores ? $"{cores.ToString(CultureInfo.InvariantCulture)} CPUs" : null;
        return string.Join(" and ", new[] { memory, cpus }.OfType<string>());
    }

    private static string Text(ValueMap<string> labels) =>
        (labels.Count == 1 ? "the label " : "the labels ") + string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}"));
}
