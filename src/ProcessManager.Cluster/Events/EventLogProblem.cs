namespace ProcessManager.Cluster;

internal static class EventLogProblem
{
    public static ErrorInfo Of(Exception failure) =>
        new(ErrorCode.StorageUnavailable, $"The event log can't be read or written: {failure.Message}");
}
