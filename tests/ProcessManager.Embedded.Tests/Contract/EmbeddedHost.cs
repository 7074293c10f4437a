using Microsoft.Extensions.Logging.Abstractions;
using ProcessManager.Contract;
using ProcessManager.Embedded.Tests.Contract;
using Xunit;

// The tests mostly wait for what children do: more of them at once than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: AssemblyFixture(typeof(EmbeddedHost))]

namespace ProcessManager.Embedded.Tests.Contract;

/// <summary>One embedded manager for the whole contract, on a data directory of its own.</summary>
public sealed class EmbeddedHost : IManagerHost, IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("procman-embedded-");
    private EmbeddedProcessManager? _manager;

    public IProcessManager Manager => _manager!;

    public async ValueTask InitializeAsync()
    {
        _manager = new EmbeddedProcessManager(new EmbeddedOptions { DataDirectory = _data.FullName }, NullLoggerFactory.Instance);
        await _manager.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _manager!.ShutdownAsync(TimeSpan.FromSeconds(10), stopAll: true);
        _data.Delete(recursive: true);
    }
}
