using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

internal sealed partial class EventLogGrain
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The event log can't be written; processes keep their events until it can")]
    private partial void LogBroken(Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The event log is written again; it is at {Position}")]
    private partial void LogMended(long position);
}
