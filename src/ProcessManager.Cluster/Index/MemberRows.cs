using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>The rows of a partition. Used from its grain's turns only.</summary>
internal sealed class MemberRows
{
    private readonly MemberRow[] _rows;
    private readonly HashSet<int> _later = [];

    /// <param name="failed">Told of a write that failed: what the rows hold isn't known any more.</param>
    public MemberRows(IGrainStorage storage, GrainId owner, MemberTable members, Action<Exception> failed) =>
        _rows = [.. Enumerable.Range(0, IndexPartitions.Buckets).Select(bucket => new MemberRow(storage, owner, bucket, members, failed))];

    public bool AnyLater => _later.Count > 0;

    public Task ReadAsync() => Task.WhenAll(_rows.Select(row => row.ReadAsync()));

    /// <summary>Writes a member as it is when the write begins; durable when it completes.</summary>
    /// <exception cref="ProcessManagerException">StorageUnavailable; Unavailable: somebody else wrote it.</exception>
    public Task WriteAsync(ProcessId id) => WriteAsync(IndexPartitions.Bucket(id));

    /// <summary>It is enough to write it with the next <see cref="FlushAsync"/>.</summary>
    public void WriteLater(ProcessId id) => _later.Add(IndexPartitions.Bucket(id));

    public Task FlushAsync() => Task.WhenAll(_later.ToList().ConvertAll(WriteAsync));

    private Task WriteAsync(int bucket)
    {
        _later.Remove(bucket);
        return _rows[bucket].WriteAsync();
    }
}
