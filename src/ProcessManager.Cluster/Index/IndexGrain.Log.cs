using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

internal sealed partial class IndexGrain
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Part {Partition} of the index can't be read or written; it is read again when it is needed next")]
    private partial void LogBroken(Exception failure, long partition);
}
