using System.CommandLine;
using System.Globalization;

namespace ProcessManager.Cli;

internal static class NodeVerb
{
    private static readonly string[] Header = ["NODE", "STATE", "FOR", "PROCESSES", "CPUS", "VERSION", "ADDRESS", "LABELS", "PROBLEMS"];

    public static Command Create(CommandLine line) => new("node", "Look at the machines that processes run on")
    {
        line.Does(new Command("ls", "List them"), async (call, cancellationToken) =>
        {
            var nodes = await call.Manager.GetNodesAsync(cancellationToken);
            if (call.Json)
            {
                call.PrintJson(nodes);
            }
            else
            {
                var now = call.Caller.Clock.GetUtcNow();
                call.Print(Columns.Format(Header, nodes.Select(node => Row(node, now))));
            }

            return ExitCodes.Done;
        }),
    };

    private static string[] Row(NodeInfo node, DateTimeOffset now) =>
    [
        node.Name,
        node.State.ToString(),
        Words.Duration(now - node.Since),
        node.Load.ToString(CultureInfo.InvariantCulture),
        node.Cpus.ToString(CultureInfo.InvariantCulture),
        node.Version ?? "-",
        node.Address ?? "-",
        node.Labels.Count == 0 ? "-" : string.Join(',', node.Labels.Select(label => $"{label.Key}={label.Value}")),
        node.Problems.Count == 0 ? "-" : string.Join("; ", node.Problems),
    ];
}
