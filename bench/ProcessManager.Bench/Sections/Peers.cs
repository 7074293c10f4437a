namespace ProcessManager.Bench;

/// <summary>The same work done by other process managers, where they are installed.</summary>
internal sealed class Peers : ISection
{
    public string Name => "peers";

    public string Title => "the same work done by peers";

    public async Task RunAsync(Workbench bench, Action<Row> tell)
    {
        List<Func<IPeer>> peers = [];
        if (bench.Options.InstallsPeers && !Supervisord.IsInstalled)
        {
            bench.Tell("apt-get install supervisor");
            await InstallAsync(bench, "apt-get", "install", "-y", "--no-install-recommends", "supervisor");
        }

        if (Supervisord.IsInstalled)
        {
            peers.Add(() => new Supervisord(bench));
        }
        else
        {
            bench.Skip("supervisord isn't installed (Debian's package supervisor, or --install-peers)");
        }

        if (await FindPm2Async(bench) is { } pm2)
        {
            peers.Add(() => new Pm2(bench, pm2));
        }
        else
        {
            bench.Skip("pm2 isn't installed (npm's package pm2, or --install-peers)");
        }

        var count = bench.Size(1000, 100);
        foreach (var make in peers)
        {
            Figures ours;
            await using (var procman = new Procman(bench))
            {
                ours = await MeasureAsync(bench, procman, count);
            }

            await using var peer = make();
            var theirs = await MeasureAsync(bench, peer, count);
            tell(new Row($"manager and {count:N0} `sleep`s started", Unit.Seconds, ours.Start, peer.Name, theirs.Start));
            tell(new Row($"manager's resident memory, {count:N0} children", Unit.Megabytes, ours.Memory, peer.Name, theirs.Memory));
            tell(new Row("crash to replaced", Unit.Milliseconds, ours.Replaced, peer.Name, theirs.Replaced));
            tell(new Row($"status of {count:N0}, from start to end", Unit.Milliseconds, ours.Status, $"{peer.StatusCommand}", theirs.Status));
        }
    }

    private static async Task<Figures> MeasureAsync(Workbench bench, IPeer peer, int count)
    {
        bench.Tell($"{peer.Name}: {count:N0} children");
        var start = await Clock.SecondsAsync(() => peer.StartAsync(count));
        await Task.Delay(TimeSpan.FromSeconds(15), bench.CancellationToken);
        var memory = OsFigures.Memory(peer.OsPid).Resident;
        List<double> replaced = [];
        foreach (var child in OsFigures.Children(peer.OsPid).Take(bench.Size(7, 2)))
        {
            replaced.Add(Crash.UntilReplaced(peer.OsPid, child, bench.CancellationToken));
        }

        var status = await Rounds.MeasureAsync(bench.Size(5, 1), () => Clock.MillisecondsAsync(peer.StatusAsync));
        return new Figures(Samples.Of(start), Samples.Of(memory), new Samples(replaced), status[0]);
    }

    private static async Task<string?> FindPm2Async(Workbench bench)
    {
        if (Baselines.IsInstalled("pm2"))
        {
            return "pm2";
        }

        if (!bench.Options.InstallsPeers)
        {
            return null;
        }

        bench.Tell("npm install pm2, in the bench's own directory");
        var folder = bench.Scratch.NewFolder();
        await InstallAsync(bench, "npm", "install", "--no-fund", "--no-audit", "--prefix", folder, "pm2");
        return Path.Combine(folder, "node_modules", ".bin", "pm2");
    }

    private static async Task InstallAsync(Workbench bench, string command, params string[] args)
    {
        try
        {
            await bench.Programs.RunAsync(command, args, new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" }, bench.CancellationToken);
        }
        catch (BenchException e)
        {
            // Then it is as good as not asked for, and the section says so; npm's pm2 fails when it is started.
            bench.Skip(e.Message);
        }
    }

    private sealed record Figures(Samples Start, Samples Memory, Samples Replaced, Samples Status);
}
