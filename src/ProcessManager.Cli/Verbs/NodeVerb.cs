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
        Remove(line),
    };

    private static Command Remove(CommandLine line)
    {
        var name = new Argument<string>("name") { Description = "A node that is away and doesn't come back" };
        return line.Does(new Command("rm", "Forget one that is away, and free its name") { name }, async (call, cancellationToken) =>
        {
            await call.Manager.ForgetNodeAsync(call.Get(name)!, cancellationToken);
            if (call.Json)
            {
                call.PrintJson(new { Removed = new[] { call.Get(name) } });
            }
            else
            {
                call.Print($"{call.Get(name)}  removed");
            }

            return ExitCodes.Done;
        });
    }

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
