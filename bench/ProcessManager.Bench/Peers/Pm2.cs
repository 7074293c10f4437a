using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>pm2, of npm: installed, or in a directory of its own.</summary>
/// <param name="executable">Its command.</param>
internal sealed class Pm2(Workbench bench, string executable) : IPeer
{
    private readonly string _folder = bench.Scratch.NewFolder();

    public string Name => "pm2";

    public string StatusCommand => "pm2 status";

    public int OsPid => int.Parse(File.ReadAllText(Path.Combine(_folder, "pm2.pid")), CultureInfo.InvariantCulture);

    public async Task StartAsync(int count)
    {
        var file = Path.Combine(_folder, "sleepers.json");
        await File.WriteAllTextAsync(
            file,
            string.Create(CultureInfo.InvariantCulture, $$"""
                {"apps": [{"name": "sleeper", "script": "/bin/sleep", "args": "1000000", "interpreter": "none", "exec_mode": "fork", "instances": {{count}}}]}
                """),
            bench.CancellationToken);
        await AskAsync("start", file);
        if (OsFigures.Children(OsPid).Count < count)
        {
            throw new BenchException($"pm2 started {OsFigures.Children(OsPid).Count} of {count} children.");
        }
    }

    public Task StatusAsync() => AskAsync("status");

    public ValueTask DisposeAsync()
    {
        // Its daemon first: it is among those that were started, and would start the others again.
        bench.Scratch.EndMarked();
        bench.Scratch.EndMarked();
        return ValueTask.CompletedTask;
    }

    private Task<string> AskAsync(params string[] args) => bench.Programs.RunAsync(
        executable, args, new Dictionary<string, string> { ["PM2_HOME"] = _folder, ["CI"] = "true" }, bench.CancellationToken);
}
