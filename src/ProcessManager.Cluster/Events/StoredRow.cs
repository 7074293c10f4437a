using Orleans;

namespace ProcessManager.Cluster;

/// <summary>A row as it was read or written last; one that isn't there has an empty state.</summary>
internal sealed class StoredRow<T> : IGrainState<T>
    where T : new()
{
    public T State { get; set; } = new();

    T? IGrainState<T>.State
    {
        get => State;
        set => State = value ?? new T();
    }

    public string? ETag { get; set; }

    public bool RecordExists { get; set; }
}
