using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

public sealed partial class LogStore
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} truncated its own {Stream} log; what follows begins at offset {Offset}")]
    private partial void LogTruncated(ProcessId id, LogStream stream, long offset);

    [LoggerMessage(Level = LogLevel.Error, Message = "The logs of {Id} can't be watched")]
    private partial void LookFailed(ProcessId id, Exception exception);
}
