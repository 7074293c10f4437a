using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>What the owned processes of one machine share.</summary>
internal sealed record SupervisorTools(
    SupervisorOptions Options,
    ChildLedger Ledger,
    ChildGroups Groups,
    LetGo LetGo,
    LogStore Logs,
    ChildStart Start,
    ExitWatcher Exits,
    TreeSweep Sweep,
    Guard Guard,
    PipeRoom Room,
    MarkedChildren Marked,
    EchoSink Echo,
    NotifyDesk Notify,
    HealthTools Health,
    Action<ProcessId, Epoch, SupervisorReport> Report,
    ILogger Logger)
{
    /// <summary>The main children that somebody else started, and whose they are now.</summary>
    public ConcurrentDictionary<ChildIdentity, ProcessId> Strangers { get; } = new();

    public DateTimeOffset Now => Options.Clock.GetUtcNow();
}
