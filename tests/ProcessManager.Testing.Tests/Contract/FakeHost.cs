using ProcessManager.Contract;
using ProcessManager.Testing.Tests.Contract;
using Xunit;

[assembly: CollectionBehavior(MaxParallelThreads = 8)]
[assembly: AssemblyFixture(typeof(FakeHost))]

namespace ProcessManager.Testing.Tests.Contract;

/// <summary>One fake manager for the whole contract, by the system's clock; its commands are described by <see cref="MiniShell"/>.</summary>
public sealed class FakeHost : IManagerHost, IDisposable
{
    private readonly FakeProcessManager _manager = new(TimeProvider.System);

    public FakeHost() => _manager.On("*").Does(MiniShell.Describe);

    public IProcessManager Manager => _manager;

    public void Dispose() => _manager.Dispose();
}
