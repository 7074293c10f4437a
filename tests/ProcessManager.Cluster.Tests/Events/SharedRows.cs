using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster.Tests;

/// <summary>
/// Grain storage that the silos of one test share and that outlives each of them (Orleans' own in memory is kept by grains and goes with their silo). Rows are JSON. Writes can be made
/// to fail, before they are done or after.
/// </summary>
internal sealed class SharedRows : IGrainStorage
{
    private static readonly ConcurrentDictionary<string, SharedRows> All = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(string Name, GrainId Grain), (byte[] Data, long Version)> _rows = new();
    private readonly ConcurrentDictionary<GrainId, Queue<WriteFailure>> _failures = new();
    private readonly ConcurrentDictionary<GrainId, Func<Task>> _late = new();
    private long _version;

    public static SharedRows Of(string key) => All.GetOrAdd(key, _ => new SharedRows());

    public int Writes { get; private set; }

    public void FailNext(GrainId grain, params WriteFailure[] failures) => _failures[grain] = new Queue<WriteFailure>(failures);

    public string[] NamesOf(GrainId grain) => [.. _rows.Keys.Where(row => row.Grain == grain).Select(row => row.Name)];

    /// <summary>Somebody else writes the same content.</summary>
    public void Touch(string name, GrainId grain) => _rows[(name, grain)] = (_rows[(name, grain)].Data, Interlocked.Increment(ref _version));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var there = _rows.TryGetValue((stateName, grainId), out var row);
        grainState.State = there ? JsonSerializer.Deserialize<T>(row.Data, ProcessManagerJson.Options)! : Activator.CreateInstance<T>();
        grainState.ETag = there ? Tag(row.Version) : null;
        grainState.RecordExists = there;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var failure = _failures.TryGetValue(grainId, out var failures) && failures.TryDequeue(out var next) ? next : WriteFailure.None;
        if (failure == WriteFailure.NotWritten)
        {
            throw new IOException("The storage is away.");
        }

        if (failure == WriteFailure.Late)
        {
            // Whoever wrote waits no longer, and the server does it all the same: just before the next write, and so after what is read in between.
            var state = new GrainState<T>(grainState.State!, grainState.ETag);
            _late[grainId] = () => WriteStateAsync(stateName, grainId, state);
            throw new TimeoutException("No answer.");
        }

        if (_late.TryRemove(grainId, out var late))
        {
            late().GetAwaiter().GetResult();
        }

        lock (_rows)
        {
            Writes++;
            Check(stateName, grainId, grainState.ETag);
            var version = Interlocked.Increment(ref _version);
            _rows[(stateName, grainId)] = (JsonSerializer.SerializeToUtf8Bytes(grainState.State, ProcessManagerJson.Options), version);
            if (failure == WriteFailure.Written)
            {
                throw new IOException("The connection broke.");
            }

            grainState.ETag = Tag(version);
            grainState.RecordExists = true;
        }

        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_rows)
        {
            Check(stateName, grainId, grainState.ETag);
            _rows.TryRemove((stateName, grainId), out _);
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private void Check(string name, GrainId grain, string? known)
    {
        var present = _rows.TryGetValue((name, grain), out var row) ? Tag(row.Version) : null;
        if (present != known)
        {
            throw new InconsistentStateException($"{name} is another.", present, known);
        }
    }
}

internal enum WriteFailure
{
    None,
    NotWritten,
    Written,
    Late,
}
