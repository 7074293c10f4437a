using System.Collections.Concurrent;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster.Tests;

/// <summary>Rows as JSON with ETags, beside the silos, so that killing one of them loses nothing that was written.</summary>
internal sealed class SharedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string ETag, string Json)> _rows = [];
    private int _failing;
    private volatile bool _unreadable;
    private int _writes;

    public int Writes => Volatile.Read(ref _writes);

    /// <summary>So many of the next writes fail.</summary>
    public void Fail(int writes) => Volatile.Write(ref _failing, writes);

    /// <summary>Whether reads fail.</summary>
    public void Unreadable(bool unreadable) => _unreadable = unreadable;

    public string? Row(string name, GrainId grain) => _rows.TryGetValue((name, grain), out var row) ? row.Json : null;

    /// <summary>As if another activation had written the rows of a grain.</summary>
    public void WriteBehindTheBackOf(GrainId grain)
    {
        foreach (var row in _rows.Where(row => row.Key.Item2 == grain))
        {
            _rows[row.Key] = (Guid.NewGuid().ToString(), row.Value.Json);
        }
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        if (_unreadable)
        {
            throw new IOException("connection refused");
        }

        if (_rows.TryGetValue((stateName, grainId), out var row))
        {
            (grainState.ETag, grainState.State, grainState.RecordExists) = (row.ETag, JsonSerializer.Deserialize<T>(row.Json, ProcessManagerJson.Options)!, true);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5));
        if (Volatile.Read(ref _failing) > 0 && Interlocked.Decrement(ref _failing) >= 0)
        {
            throw new IOException("no space left on device");
        }

        var key = (stateName, grainId);
        var next = (ETag: Guid.NewGuid().ToString(), JsonSerializer.Serialize(grainState.State, ProcessManagerJson.Options));
        var written = _rows.TryGetValue(key, out var row)
            ? row.ETag == grainState.ETag && _rows.TryUpdate(key, next, row)
            : _rows.TryAdd(key, next);
        if (!written)
        {
            throw new InconsistentStateException("another ETag", row.ETag, grainState.ETag);
        }

        Interlocked.Increment(ref _writes);
        (grainState.ETag, grainState.RecordExists) = (next.ETag, true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
}
