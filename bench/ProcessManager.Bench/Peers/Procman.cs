namespace ProcessManager.Bench;

/// <summary>Ours, doing the peers' work.</summary>
internal sealed class Procman(Workbench bench) : IPeer
{
    private readonly Daemon _daemon = new(bench);

    public string Name => "procman";

    public string StatusCommand => "procman ps";

    public int OsPid => _daemon.OsPid;

    public async Task StartAsync(int count)
    {
        await _daemon.StartAsync();
        await _daemon.SleepersAsync(count, 32, Daemon.AtOnce);
    }

    public Task StatusAsync() => _daemon.AskAsync("ps");

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();
}
