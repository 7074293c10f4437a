using System.CommandLine;
using System.Globalization;

namespace ProcessManager.Cli;

internal static class ListVerb
{
    private const int CommandWidth = 60;

    private static readonly string[] Header = ["ID", "PHASE", "PID", "UPTIME", "RESTARTS", "EXIT/REASON", "CPU", "MEM", "COMMAND"];

    public static Command Create(CommandLine line)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Commands of `run` that have ended, too" };
        var phases = Values.Choices<Phase>("--phase", "Only those in this phase", "PHASE");
        var labels = Values.Pairs("--label", "Only those with this label", "NAME[=VALUE]");
        var group = new Option<string?>("--group") { Description = "Only those of this group", HelpName = "NAME" };
        var name = new Option<string?>("--name") { Description = "Only those of this name", HelpName = "NAME" };
        var node = new Option<string?>("--node") { Description = "Only those on this node", HelpName = "NAME" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Ids alone" };
        var stack = new Argument<string?>("STACK") { Description = "Only those of this stack", Arity = ArgumentArity.ZeroOrOne };
        return line.Does(new Command("ps", "List the processes") { stack, all, phases, labels, group, name, node, quiet }, async (call, cancellationToken) =>
        {
            var query = new ProcessQuery
            {
                Phases = [.. call.Get(phases) ?? []],
                Labels = call.Get(labels)!.Select(Values.Pair).ToValueMap(),
                Group = call.Get(stack) is { } named ? StackName.Of(call, named) : call.Get(group),
                Name = call.Get(name),
                Node = call.Get(node),
                WithMetrics = !call.Get(quiet),
            };
            var infos = await Ids.AllAsync(call.Manager, query, cancellationToken);
            Show(call, [.. infos.Where(info => call.Get(all) || query.Phases.Count > 0 || !IsOver(info))], call.Get(quiet));
            return ExitCodes.Done;
        });
    }

    private static bool IsOver(ProcessInfo info) => info is { OneOff: true, Phase: Phase.Terminated or Phase.Finished };

    public static void Show(Call call, IReadOnlyList<ProcessInfo> infos, bool quiet)
    {
        if (call.Json)
        {
            call.PrintJson(infos);
        }
        else if (!quiet)
        {
            // On a single machine a column that says the same of all would only take room.
            var now = call.Caller.Clock.GetUtcNow();
            var several = infos.Select(info => info.Node).Distinct(StringComparer.Ordinal).Skip(1).Any();
            call.Print(several
                ? Columns.Format([Header[0], "NODE", .. Header[1..]], infos.Select(info => WithNode(Row(info, now), info.Node ?? "-")))
                : Columns.Format(Header, infos.Select(info => Row(info, now))));
        }
        else if (infos.Count > 0)
        {
            call.Print(string.Join('\n', infos.Select(info => info.Id)));
        }
    }

    private static string[] WithNode(string[] row, string node) => [row[0], node, .. row[1..]];

    /// <summary>Of one that runs with probes what isn't as it should be.</summary>
    private static string Ill(ProcessInfo info) => info switch
    {
        { Phase: not Phase.Running } => "",
        { Ready: false } => ", not ready",
        { Healthy: false, Health.HasProbes: true } => ", not healthy",
        _ => "",
    };

    private static string[] Row(ProcessInfo info, DateTimeOffset now) =>
    [
        info.Id.Value,
        info.NextStartAt is { } at ? $"{info.Phase} {Words.Duration(at - now)}" : info.Phase + Ill(info),
        info.OsPid?.ToString(CultureInfo.InvariantCulture) ?? "-",
        info.Uptime is { } uptime ? Words.Duration(uptime) : "-",
        info.RestartCount.ToString(CultureInfo.InvariantCulture),
        info.Reason is { } reason ? Words.End(reason, info.ExitCode, info.Signal) : "-",
        info.Metrics is { } used ? used.CpuPercent.ToString("0.0", CultureInfo.InvariantCulture) + "%" : "-",
        info.Metrics is { } metrics ? Words.Size(metrics.MemoryBytes) : "-",
        Words.Cut(Words.CommandLine(info.Command, info.Args), CommandWidth),
    ];
}
