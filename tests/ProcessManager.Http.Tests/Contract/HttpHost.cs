using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using ProcessManager.Embedded;
using ProcessManager.Http.Tests.Contract;

// The tests mostly wait for what children do: more of them at once than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: AssemblyFixture(typeof(HttpHost))]

namespace ProcessManager.Http.Tests.Contract;

/// <summary>An embedded manager behind a server on a unix socket, reached by the client: the whole contract crosses HTTP.</summary>
public sealed class HttpHost : IManagerHost, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("procman-http-");
    private EmbeddedProcessManager? _manager;
    private ProcessManagerServer? _server;
    private HttpProcessManager? _client;

    public IProcessManager Manager => _client!;

    public async ValueTask InitializeAsync()
    {
        _manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = Path.Combine(_folder.FullName, "data") }, NullLoggerFactory.Instance);
        await _manager.StartAsync();
        var socket = Path.Combine(_folder.FullName, "s");
        _server = await ProcessManagerServer.StartAsync(_manager, new ServerOptions { SocketPath = socket });
        _client = new HttpProcessManager(socket);
    }

    public async ValueTask DisposeAsync()
    {
        _client!.Dispose();
        await _server!.DisposeAsync();
        await _manager!.ShutdownAsync(TimeSpan.FromSeconds(10), stopAll: true);
        _folder.Delete(recursive: true);
    }
}
