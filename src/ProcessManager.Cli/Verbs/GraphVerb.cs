using System.CommandLine;

namespace ProcessManager.Cli;

internal static class GraphVerb
{
    public static Command Create(CommandLine line)
    {
        var stack = StackName.Argument();
        var dot = new Option<bool>("--dot") { Description = "In the language of Graphviz" };
        return line.Does(new Command("graph", "Show who waits for whom in a stack; of a file without asking a manager") { stack, dot }, async (call, cancellationToken) =>
        {
            var words = call.Get(stack)!;
            var file = StackName.FileOf(call, words);
            var graph = file is not null ? Of(file) : await call.Manager.Stacks.GraphAsync(words, cancellationToken);
            if (call.Json)
            {
                call.PrintJson(graph);
            }
            else
            {
                call.Print(call.Get(dot) ? GraphOutput.Dot(graph) : GraphOutput.Tree(graph, node => file is null ? Standing(node) : null));
            }

            return ExitCodes.Done;
        });
    }

    private static StackGraph Of(StackSpec file)
    {
        DependencyGraph.Of(file.Processes).CheckCycles();
        return new StackGraph(file.Name, [.. file.Processes.Select(spec => new GraphNode(spec.Id!.Value, Phase.Created, Ready: false, BlockedBy: null, spec.DependsOn))]);
    }

    private static string Standing(GraphNode node) => node.BlockedBy is { } why ? $"{node.Phase}: waits for {why}" : node.Phase.ToString();
}
