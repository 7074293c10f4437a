namespace ProcessManager.Bench;

/// <summary>The command line.</summary>
/// <param name="Only">The sections wanted; empty: all.</param>
/// <param name="IsQuick">Fewer rounds and children, to see that it works: not for figures.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Only, bool IsQuick, bool IsJson, bool InstallsPeers)
{
    public const string Usage = "usage: dotnet run -c Release --project bench/ProcessManager.Bench -- [--only SECTION,SECTION…] [--quick] [--json] [--install-peers]";

    /// <summary>Null when they make no sense.</summary>
    public static BenchOptions? Parse(IReadOnlyList<string> args)
    {
        var options = new BenchOptions([], IsQuick: false, IsJson: false, InstallsPeers: false);
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--only" when i + 1 < args.Count:
                    options = options with { Only = args[++i].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) };
                    break;
                case "--quick":
                    options = options with { IsQuick = true };
                    break;
                case "--json":
                    options = options with { IsJson = true };
                    break;
                case "--install-peers":
                    options = options with { InstallsPeers = true };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
