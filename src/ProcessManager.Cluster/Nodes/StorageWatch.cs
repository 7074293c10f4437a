using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Storage;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>Whether the storage answers this silo: one small row, read every few seconds, so that nobody who asks has to wait for it.</summary>
internal sealed class StorageWatch(IServiceProvider services, NodeSurroundings around)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private DateTimeOffset? _since;
    private string? _problem;

    /// <summary>Null: it answered when it was asked last.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var storage = services.GetRequiredKeyedService<IGrainStorage>(ClusterStorage.Name);
        while (!cancellationToken.IsCancellationRequested)
        {
            await LookAsync(storage, cancellationToken);
            await Task.Delay(LookEvery, around.Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(IGrainStorage storage, CancellationToken cancellationToken)
    {
        try
        {
            var row = new GrainState<NodeRegistry>(new NodeRegistry());
            await storage.ReadStateAsync(NodeRegistry.Row, around.Registry.GetGrainId(), row).WaitAsync(Patience, around.Clock, cancellationToken);
            _since = null;
            Volatile.Write(ref _problem, null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _since ??= around.Clock.GetUtcNow();
            Volatile.Write(ref _problem, $"The database can't be read since {TimeText.Of(_since.Value)}: {failure.GetBaseException().Message}");
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }
}
