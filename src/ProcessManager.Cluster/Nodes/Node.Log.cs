using Microsoft.Extensions.Logging;

namespace ProcessManager.Cluster;

internal sealed partial class Node
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Name} is live: {Known} attempts are known, {Orphans} orphans were ended")]
    private static partial void LogLive(ILogger logger, string name, int known, int orphans);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Name} leaves; {Up} processes are up")]
    private static partial void LogLeaving(ILogger logger, string name, int up);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Name} couldn't tell the registry of nodes how it is: {Why}")]
    private static partial void LogUnheard(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The registry of nodes can't be asked yet whether the name {Name} is free")]
    private static partial void LogUnnamed(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Why}")]
    private static partial void LogNameTaken(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Node {Name} couldn't find out what became of its children, and takes no processes")]
    private static partial void LogUnrecovered(ILogger logger, string name, Exception bug);
}
