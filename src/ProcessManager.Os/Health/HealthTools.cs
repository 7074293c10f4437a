namespace ProcessManager.Os;

/// <summary>What the attempts of one machine share to be looked after.</summary>
internal sealed class HealthTools(Timetable table, HttpProbe http, CommandProbe commands, LogStore logs, ProbeInstruments instruments, Action<Exception> onFault) : IDisposable
{
    public Timetable Table { get; } = table;

    public LogStore Logs { get; } = logs;

    public Action<Exception> OnFault { get; } = onFault;

    /// <summary>How a target is asked, and what notes how long that took.</summary>
    public (AskProbe Ask, Action<TimeSpan, bool> Measured) Asking(Tree tree, ProcessSpec spec, ProbeKind kind, ProbeTarget target) => target switch
    {
        ProbeTarget.Http asked => (http.Of(asked), instruments.Of("http")),
        ProbeTarget.Tcp asked => (cancellationToken => TcpProbe.AskAsync(asked, cancellationToken), instruments.Of("tcp")),
        ProbeTarget.Command asked => (commands.Of(tree, spec, kind, asked), instruments.Of("command")),
        _ => throw new System.Diagnostics.UnreachableException($"target {target.GetType().Name}"),
    };

    public void Dispose()
    {
        Table.Dispose();
        http.Dispose();
        instruments.Dispose();
    }
}
