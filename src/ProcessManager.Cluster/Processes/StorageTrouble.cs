namespace ProcessManager.Cluster;

/// <summary>What callers are told when the database doesn't do its part.</summary>
internal static class StorageTrouble
{
    public static ProcessManagerException Of(ProcessId id, Exception failure) =>
        new(ErrorCode.StorageUnavailable, $"The record of \"{id}\" can't be read or written just now: {failure.GetBaseException().Message}", failure);
}
