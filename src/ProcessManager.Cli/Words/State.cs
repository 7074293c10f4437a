namespace ProcessManager.Cli;

/// <summary>How a process stands, in a few words.</summary>
internal static class State
{
    /// <summary>For one line: <c>Running, os pid 1234</c>, <c>BackingOff, next start in 3.2s</c>, <c>Terminated, exit 1 (Failed)</c>.</summary>
    public static string Brief(ProcessInfo info, DateTimeOffset now) =>
        Addition(info, now) is { } addition ? $"{info.Phase}, {addition}" : info.Phase.ToString();

    private static string? Addition(ProcessInfo info, DateTimeOffset now) => info switch
    {
        { NextStartAt: { } at } => $"next start in {Words.Duration(at - now)}",
        { OsPid: { } pid } => $"os pid {pid}",
        { BlockedBy: { } cause } => $"waiting for {cause}",
        { Reason: { } reason } => Words.End(reason, info.ExitCode, info.Signal),
        _ => null,
    };
}
