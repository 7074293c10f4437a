using System.Globalization;
using System.Net.Sockets;
using ProcessManager.Http;

namespace ProcessManager.Bench;

/// <summary><c>procman serve</c> as a process of its own, and its client.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Workbench _bench;
    private Program? _program;

    public Daemon(Workbench bench)
    {
        _bench = bench;
        Folder = bench.Scratch.NewFolder();
        Client = new HttpProcessManager(Socket);
        Http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://procman"),
        };
    }

    public string Folder { get; }

    public string Socket => Path.Combine(Folder, "procman.sock");

    public HttpProcessManager Client { get; }

    /// <summary>For what is measured without the client's own work.</summary>
    public HttpClient Http { get; }

    public int OsPid => _program!.OsPid;

    /// <summary>Whatever ends is replaced without delay, for ever.</summary>
    public static RestartPolicy AtOnce { get; } = new() { When = RestartWhen.Always, Delay = TimeSpan.Zero, Jitter = 0, Max = null };

    private static string Executable => Path.Combine(AppContext.BaseDirectory, "procman");

    /// <summary>Starts it on its directory.</summary>
    /// <returns>How long it took until it said that it was ready.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        _program?.Dispose();
        _program = await _bench.Programs.StartAsync(Executable, ["serve", "--data", Folder]);
        await _program.UntilAsync(IsReadyAsync, "its readiness", _bench.CancellationToken);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>kill -9: its children run on.</summary>
    public Task KillAsync() => _program!.KillAsync();

    /// <summary>Creates and starts children that sleep, so many requests at a time; each is answered when its child runs.</summary>
    public async Task SleepersAsync(int count, int width, RestartPolicy? restart = null)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref next); number <= count; number = Interlocked.Increment(ref next))
            {
                await Client.CreateAsync(
                    Spec("sleep", "1000000") with
                    {
                        Id = ProcessId.Parse(string.Create(CultureInfo.InvariantCulture, $"sleeper-{number:0000}")),
                        Restart = restart ?? new RestartPolicy(),
                    },
                    cancellationToken: _bench.CancellationToken);
            }
        }));
        var health = await Client.GetHealthAsync(_bench.CancellationToken);
        if (health.Running != count)
        {
            throw new BenchException($"{health.Running} of {count} children run.");
        }
    }

    /// <summary>What is started carries the mark by which it is ended.</summary>
    public ProcessSpec Spec(string command, params string[] args) =>
        new() { Command = command, Args = new ValueList<string>(args), Environment = new ValueMap<EnvironmentValue?>([new(Scratch.Variable, _bench.Scratch.Mark)]) };

    /// <summary>A verb of the command line, as a user types it.</summary>
    public Task<string> AskAsync(params string[] args) =>
        _bench.Programs.RunAsync(Executable, [.. args, "--data", Folder], cancellationToken: _bench.CancellationToken);

    /// <summary>The daemon first, or it would start them again; then whatever else the bench started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.KillAsync();
            _program.Dispose();
        }

        _bench.Scratch.EndMarked();
        Client.Dispose();
        Http.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync("/readyz", _bench.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It doesn't listen yet.
            return false;
        }
    }
}
