using System.Collections.Concurrent;

namespace ProcessManager;

/// <summary>The waiting runs of a host, one watch for each.</summary>
internal sealed class DependencyWatches(IDependencySight sight, Action<ProcessId, Exception> failed) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private volatile bool _stopped;

    /// <summary>Begins a watch, in the place of the one before.</summary>
    public void Begin(ProcessEntity entity, ProcessEffect.AwaitDependencies wait)
    {
        var watch = new Watch();
        _watches.TryGetValue(entity.Id.Value, out var before);
        _watches[entity.Id.Value] = watch;
        before?.Stop.Cancel();
        if (_stopped)
        {
            watch.Stop.Cancel();
        }

        watch.Task = RunAsync(entity, wait, watch);
    }

    /// <summary>Tells all to end.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var watch in _watches.Values)
        {
            watch.Stop.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await Task.WhenAll(_watches.Values.Select(watch => watch.Task));
    }

    private async Task RunAsync(ProcessEntity entity, ProcessEffect.AwaitDependencies wait, Watch watch)
    {
        try
        {
            await new DependencyWatch(sight, entity, wait).RunAsync(watch.Stop.Token);
        }
        catch (OperationCanceledException) when (watch.Stop.IsCancellationRequested)
        {
            // The host ends, or another watch has taken its place.
        }
        catch (Exception bug)
        {
            // The edge of its work: the process waits on, and is asked about anew when its host comes up again.
            failed(entity.Id, bug);
        }
        finally
        {
            _watches.TryRemove(new KeyValuePair<string, Watch>(entity.Id.Value, watch));
        }
    }

    private sealed class Watch
    {
        /// <summary>Never disposed: whoever comes to stop it needn't know whether it is over. It holds nothing but memory.</summary>
        public CancellationTokenSource Stop { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
