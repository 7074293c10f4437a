using ProcessManager.Contract;
using ProcessManager.Http;

namespace ProcessManager.Cluster.Tests;

/// <summary>A silo that is a process of its own, as an operator starts it: with a place, a name and a data directory that it keeps over its deaths.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly string[] _options;
    private SiloRun? _run;

    public SiloProcess(string node, string data, string database, string clusterId)
    {
        (Node, Data) = (node, data);
        Socket = Path.Combine(data, "procman.sock");
        (SiloPort, GatewayPort) = (PostgresServer.FreePort(), PostgresServer.FreePort());
        _options =
        [
            "--node", node, "--data", data, "--database", database, "--cluster-id", clusterId,
            "--silo-port", $"{SiloPort}", "--gateway-port", $"{GatewayPort}", "--no-dashboard",
        ];
        Http = new HttpProcessManager(Socket);
    }

    public string Node { get; }

    public string Data { get; }

    public int SiloPort { get; }

    public int GatewayPort { get; }

    public string Socket { get; }

    /// <summary>Over its socket, whenever it runs.</summary>
    public IProcessManager Http { get; }

    public bool Runs => _run is not null;

    /// <summary>What its runs wrote on their errors, for messages.</summary>
    public string Said => _run?.Said ?? "";

    private SiloRun Run => _run ?? throw new InvalidOperationException($"The silo {Node} doesn't run.");

    /// <summary>At its place, on its data; answers how long it took until it said that it is ready.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        _run = SiloRun.Start(_options);
        await _run.ReadyAsync();
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>kill -9, and its death.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await EndedAsync();
    }

    /// <summary>SIGTERM, and its orderly end.</summary>
    public async Task TerminateAsync()
    {
        Send(Signal.Term);
        var (code, _, error) = await EndedAsync();
        code.ShouldBe(0, error);
    }

    /// <summary>SIGSTOP: it hangs with all that it holds.</summary>
    public void Hang() => Send(Signal.Stop);

    public void GoOn() => Send(Signal.Cont);

    /// <summary>Waits until it has ended, by whatever.</summary>
    public async Task<(int Code, string Out, string Error)> EndedAsync()
    {
        await using var run = Run;
        var ended = await run.EndAsync();
        _run = null;
        return ended;
    }

    /// <summary>The processes that carry its mark.</summary>
    public List<Marked> Children() => Marked.Of(Data);

    /// <summary>It goes with all that it started, whatever state it is in.</summary>
    public async ValueTask DisposeAsync()
    {
        (Http as IDisposable)?.Dispose();
        if (_run is { } run)
        {
            _run = null;
            await run.DisposeAsync();
        }

        await Patience.Until($"the end of what {Node} started", () =>
        {
            var left = Children();
            left.ForEach(child => child.Kill());
            return left.Count == 0;
        });
    }

    private void Send(Signal signal) => OsProcess.Of(Run.OsPid).Signal(signal);
}
