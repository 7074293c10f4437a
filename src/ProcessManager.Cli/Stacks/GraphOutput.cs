using System.Text;

namespace ProcessManager.Cli;

/// <summary>Who waits for whom, as a tree or in the language of Graphviz.</summary>
internal static class GraphOutput
{
    /// <summary>
    /// Who nobody waits for stands at the left, what it waits for below it; what was shown already, with all below it, ends in dots.
    /// </summary>
    public static string Tree(StackGraph graph, Func<GraphNode, string?> state)
    {
        var nodes = graph.Nodes.ToDictionary(node => node.Id);
        var waitedFor = graph.Nodes.SelectMany(node => node.DependsOn.Select(on => on.Id)).ToHashSet();
        var shown = new HashSet<ProcessId>();
        var text = new StringBuilder(graph.Name);
        foreach (var root in graph.Nodes.Where(node => !waitedFor.Contains(node.Id)))
        {
            Add(root.Id, null, "");
        }

        return text.ToString();

        void Add(ProcessId id, Dependency? by, string indent)
        {
            var label = Key(graph.Name, id) + (by is null ? "" : Condition(by));
            text.Append('\n').Append(indent).Append(indent.Length == 0 ? "" : "└ ").Append(label);
            if (!nodes.TryGetValue(id, out var node))
            {
                return;
            }

            if (state(node) is { } stands)
            {
                text.Append("  ").Append(stands);
            }

            if (!shown.Add(id) && node.DependsOn.Count > 0)
            {
                text.Append(" …");
                return;
            }

            foreach (var on in node.DependsOn)
            {
                Add(on.Id, on, indent + "  ");
            }
        }
    }

    public static string Dot(StackGraph graph)
    {
        var text = new StringBuilder($"digraph {Quoted(graph.Name)} {{\n  rankdir=LR;\n");
        foreach (var node in graph.Nodes)
        {
            text.Append("  ").Append(Quoted(Key(graph.Name, node.Id))).Append(";\n");
            foreach (var on in node.DependsOn)
            {
                var style = on.Optional ? ", style=dashed" : "";
                text.Append("  ").Append(Quoted(Key(graph.Name, node.Id))).Append(" -> ").Append(Quoted(Key(graph.Name, on.Id)))
                    .Append(" [label=").Append(Quoted(Condition(on).Trim(' ', '(', ')'))).Append(style).Append("];\n");
            }
        }

        return text.Append('}').ToString();
    }

    private static string Condition(Dependency on) =>
        $" ({(on.Condition is { } condition ? Spelling.Of(condition) : "healthy or running")}{(on.Optional ? ", optional" : "")})";

    private static string Key(string stack, ProcessId id) => id.Value.StartsWith(stack + ".", StringComparison.Ordinal) ? id.Value[(stack.Length + 1)..] : id.Value;

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
