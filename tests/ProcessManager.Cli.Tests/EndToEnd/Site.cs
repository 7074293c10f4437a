namespace ProcessManager.Cli.Tests;

/// <summary>A data directory of its own, the daemon on it if one was started, and clean hands afterwards.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("procman-e2e-");
    private readonly List<Executable> _daemons = [];

    public string Folder => _directory.FullName;

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Its own place for temporary files, because one that is killed can't delete its own.</summary>
    public Dictionary<string, string> Environment => new(More) { ["PROCMAN_DATA"] = Data, ["TMPDIR"] = Folder };

    public Dictionary<string, string> More { get; set; } = [];

    public static async Task<Site> WithDaemonAsync(params string[] options)
    {
        var site = new Site();
        try
        {
            await site.ServeAsync(options);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task<Executable> ServeAsync(params string[] options)
    {
        var daemon = Executable.Start(Environment, ["serve", .. options]);
        _daemons.Add(daemon);
        await daemon.UntilSaidAsync("procman: ready on unix:");
        return daemon;
    }

    public Executable Daemon => _daemons[^1];

    public Task<Ended> RunAsync(params string[] args) => Executable.RunAsync(Environment, input: null, args);

    public Task<Ended> RunFedAsync(string input, params string[] args) => Executable.RunAsync(Environment, input, args);

    public async ValueTask DisposeAsync()
    {
        if (_daemons.Count > 0)
        {
            // Whoever was killed in the test left children behind: the next daemon adopts them and ends them all.
            await Daemon.DisposeAsync();
            await using var last = await ServeAsync("--stop-children");
            last.Signal("TERM");
            await last.EndAsync();
        }

        foreach (var daemon in _daemons)
        {
            await daemon.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }
}
