namespace ProcessManager.Cluster;

/// <summary>Where in the index a process is. Rows are written by it: it never changes, and is the same in every process.</summary>
internal static class IndexPartitions
{
    public const int Count = 16;

    /// <summary>Rows of a partition.</summary>
    public const int Buckets = 32;

    /// <summary>The key of its <see cref="IIndexGrain"/>.</summary>
    public static int Of(ProcessId id) => (int)(Hash(id.Value) % Count);

    /// <summary>The row within its partition.</summary>
    public static int Bucket(ProcessId id) => (int)(Hash(id.Value) / Count % Buckets);

    /// <summary>FNV-1a, and the last step of MurmurHash3: FNV's low bits alone hardly spread ids that differ in their last character.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        return hash ^ (hash >> 16);
    }
}
