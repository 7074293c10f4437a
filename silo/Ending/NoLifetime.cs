using Microsoft.Extensions.Hosting;

namespace ProcessManager.Silo;

/// <summary>The host's own would stop it at the first signal, before the processes of this node were seen to.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
