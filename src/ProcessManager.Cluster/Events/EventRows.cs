using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>Which segments there are. Written before the first row of a new segment, so that no row is ever unknown.</summary>
internal sealed record EventLogHead
{
    /// <summary>Rows before this one are cleared. Behind <see cref="FirstKept"/> as long as clearing failed.</summary>
    public long FirstRow { get; init; }

    /// <summary>The first segment that is read; those before it are cleared.</summary>
    public long FirstKept { get; init; }

    /// <summary>How many segments were begun ever. The row of the last may not be there yet.</summary>
    public long Begun { get; init; }
}

/// <summary>Events that follow each other, as many as are rewritten in one go. Segment n holds those from position n · Size + 1 on.</summary>
internal sealed record EventSegment
{
    /// <summary>A row of about 20 KiB when full: one write for many small events, and little to write again for the next one.</summary>
    public const int Size = 64;

    public ValueList<EventEntry> Entries { get; init; } = [];
}

/// <param name="Event">With its cursor.</param>
/// <param name="Life">And <paramref name="Number"/>: which event of which process it is; empty for one that no process numbers.</param>
internal sealed record EventEntry(ProcessEvent Event, ValueMap<string> Labels, Guid Life, long Number);

/// <summary>The log's rows. A row is written only over what was read or written last (its ETag), so that one who doesn't know the present one changes nothing.</summary>
internal sealed class EventRows(IGrainStorage storage, GrainId log)
{
    private const string HeadName = "head";

    /// <summary>Of a connection pool that others need too.</summary>
    private const int ReadAtOnce = 8;

    public Task<StoredRow<EventLogHead>> HeadAsync() => ReadAsync<EventLogHead>(HeadName);

    public Task WriteAsync(StoredRow<EventLogHead> head) => storage.WriteStateAsync(HeadName, log, head);

    public Task<StoredRow<EventSegment>> SegmentAsync(long number) => ReadAsync<EventSegment>(NameOf(number));

    public Task WriteAsync(long number, StoredRow<EventSegment> segment) => storage.WriteStateAsync(NameOf(number), log, segment);

    /// <summary>Those from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public async Task<List<StoredRow<EventSegment>>> SegmentsAsync(long first, long end)
    {
        var segments = new List<StoredRow<EventSegment>>();
        while (first + segments.Count < end)
        {
            var next = first + segments.Count;
            segments.AddRange(await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(ReadAtOnce, end - next)).Select(index => SegmentAsync(next + index))));
        }

        return segments;
    }

    public async Task ClearAsync(long number)
    {
        var row = await SegmentAsync(number);
        if (row.RecordExists)
        {
            await storage.ClearStateAsync(NameOf(number), log, row);
        }
    }

    private static string NameOf(long segment) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"segment.{segment}");

    private async Task<StoredRow<T>> ReadAsync<T>(string name)
        where T : new()
    {
        var row = new StoredRow<T>();
        await storage.ReadStateAsync(name, log, row);
        return row;
    }
}
