using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>The machine of a node on its data directory, with those who tell of it and those who read from it.</summary>
internal sealed class OpenedMachine : IAsyncDisposable
{
    private const int HoldingsAtOnce = 16;

    private readonly NodeSurroundings _around;
    private readonly LogSessions _sessions;

    private OpenedMachine(NodeSurroundings around)
    {
        _around = around;
        Relay = new ReportRelay(around, EndUnwanted);
        Machine = Machine.Open(
            new MachineOptions
            {
                DataDirectory = around.Options.DataDirectory,
                Inheritance = around.Options.Inheritance,
                WorkingDirectory = around.Options.WorkingDirectory,
                Lifetime = Lifetime.Keep,
                LogQuota = around.Options.LogQuota,
            },
            around.Clock,
            around.Loggers,
            new MachineCalls(
                (id, epoch, report) => Relay.Post(id, new RelayedReport(epoch, report)),
                (id, epoch) => Relay.Post(id, new RelayedReport(epoch, null)),
                HoldingsAsync));
        _sessions = new LogSessions(around, Machine.Logs);
        Door = new MachineDoor(Machine, _sessions, Relay);
    }

    public Machine Machine { get; }

    public ReportRelay Relay { get; }

    public MachineDoor Door { get; }

    /// <exception cref="ProcessManagerException">As <see cref="Machine.Open"/>.</exception>
    public static OpenedMachine Open(NodeSurroundings around) => new(around);

    /// <summary>Children that are kept run on. The data directory stays taken.</summary>
    /// <param name="patience">How long at most it waits until all is told.</param>
    public async Task CloseAsync(TimeSpan patience)
    {
        await _sessions.DisposeAsync();
        await Machine.CloseAsync(() => SettledAsync(patience));
        await Relay.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(TimeSpan.Zero);
        await Machine.DisposeAsync();
    }

    private async Task SettledAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await Relay.SettledAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// A child whose process says that it isn't this node's is a copy that nobody wants. The epoch keeps this from a later attempt: of an older one the supervisor ends nothing.
    /// </summary>
    private void EndUnwanted(ProcessId id, RelayedReport unwanted)
    {
        if (unwanted.Report is SupervisorReport.HookFailed)
        {
            return; // Nobody is there to be told.
        }

        if (unwanted.Report is SupervisorReport.TreeEmpty or SupervisorReport.StartFailed or SupervisorReport.NeverRan or SupervisorReport.Detached)
        {
            Machine.Supervisor.HandOver(id, unwanted.Epoch, new SupervisorCommand.Release());
        }
        else
        {
            Machine.Supervisor.EndUnwanted(id, unwanted.Epoch);
        }
    }

    private async Task<IReadOnlyList<LogHolding>> HoldingsAsync(CancellationToken cancellationToken)
    {
        var holdings = new List<LogHolding>();
        foreach (var ids in Machine.Logs.Ids().Chunk(HoldingsAtOnce))
        {
            var looks = await Task.WhenAll(ids.Select(id => LookAsync(id, cancellationToken)));
            holdings.AddRange(looks.OfType<ProcessState>().Where(state => state.Node == _around.Name).Select(LogHolding.Of));
        }

        return holdings;
    }

    /// <summary>Null: there is no such process.</summary>
    private async Task<ProcessState?> LookAsync(ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _around.Process(id).LookAsync().WaitAsync(cancellationToken);
            return answer.Error is { Code: ErrorCode.NotFound } ? null : answer.Unwrap().State;
        }
        catch (Exception e) when (e is not (ProcessManagerException or OperationCanceledException))
        {
            throw new ProcessManagerException(ErrorCode.Unavailable, $"{id} can't be asked: {e.Message}", e);
        }
    }
}
