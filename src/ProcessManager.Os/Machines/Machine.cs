using System.Text;
using Microsoft.Extensions.Logging;

namespace ProcessManager.Os;

/// <summary>
/// What a host owns of one machine, on one data directory: the children, their output and what is measured of them. What processes are to be is
/// the host's business.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    /// <summary>Between two times at which the supervisor tells again what is true of everything it owns; ± 10 %.</summary>
    private static readonly TimeSpan ResyncEvery = TimeSpan.FromSeconds(30);

    private readonly DataDirectory _directory;
    private readonly TimeProvider _clock;
    private ITimer? _resync;
    private bool _closed;

    private Machine(
        DataDirectory directory, InputFolder inputs, LogStore logs, MachineOptions options, TimeProvider clock, ILoggerFactory loggers, MachineCalls host)
    {
        _directory = directory;
        _clock = clock;
        Inputs = inputs;
        Logs = logs;
        Supervisor = new LocalSupervisor(
            directory,
            logs,
            new SupervisorOptions
            {
                Clock = clock,
                Inheritance = options.Inheritance,
                WorkingDirectory = options.WorkingDirectory,
                Lifetime = options.Lifetime,
                Echo = options.Echo,
            },
            host.Report,
            loggers.CreateLogger<LocalSupervisor>());
        logs.OnTruncated = Supervisor.Tell;
        Meter = new Meter(Supervisor, clock);
        Quota = new LogQuota(logs, host.Holdings, options, clock, loggers.CreateLogger<LogQuota>());
        Tokens = new StartTokens(clock, host.Granted);
    }

    /// <summary>The data directory's full path; what a host itself keeps stands there too.</summary>
    public string Root => _directory.Root;

    /// <inheritdoc cref="DataDirectory.ManagerId"/>
    public Guid ManagerId => _directory.ManagerId;

    public LocalSupervisor Supervisor { get; }

    public LogStore Logs { get; }

    /// <summary>Samples trees; CPU is over the time since its last sample.</summary>
    public Meter Meter { get; }

    public LogQuota Quota { get; }

    public StartTokens Tokens { get; }

    public InputFolder Inputs { get; }

    /// <summary>What is wrong, for the manager's health. Empty: nothing.</summary>
    public IReadOnlyList<string> Problems =>
        [.. Supervisor.Problems, .. Logs.Problems, .. new[] { Quota.Problem }.OfType<string>()];

    /// <summary>Takes the data directory. Nothing is told before the host has handed a command over or looked at output.</summary>
    /// <exception cref="ProcessManagerException">As <see cref="DataDirectory.Open"/>.</exception>
    public static Machine Open(MachineOptions options, TimeProvider clock, ILoggerFactory loggers, MachineCalls host)
    {
        var directory = DataDirectory.Open(options.DataDirectory);
        LogStore? logs = null;
        try
        {
            var inputs = new InputFolder(Path.Combine(directory.Root, "input"));
            logs = new LogStore(directory.LogFolder, clock, loggers.CreateLogger<LogStore>());
            return new Machine(directory, inputs, logs, options, clock, loggers, host);
        }
        catch (Exception e)
        {
            logs?.Dispose();
            directory.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw SmallFile.Explain(e, $"The data directory {directory.Root} can't be used");
            }

            throw;
        }
    }

    /// <summary>Begins what goes on by itself: telling again what is true, and looking after the space that logs take. Once recovery is over.</summary>
    public void Start()
    {
        // Nothing waits for it: it mends what got lost between a report and its journaling, if ever something does.
        var apart = ResyncEvery * (0.9 + (0.2 * (ManagerId.GetHashCode() & 0xff) / 0xff));
        _resync = _clock.CreateTimer(_ => Supervisor.ReportAll(), null, apart, apart);
        Quota.Start();
        Meter.Start();
    }

    /// <summary>The ends of what an attempt wrote.</summary>
    public RunOutput ReadOutput(ProcessId id, Epoch epoch)
    {
        var output = Logs.ReadAttempt(id, epoch, LogStream.Stdout, RunOutput.Limit);
        var errors = Logs.ReadAttempt(id, epoch, LogStream.Stderr, RunOutput.Limit);
        return new RunOutput(Encoding.UTF8.GetString(output.Bytes.Span), Encoding.UTF8.GetString(errors.Bytes.Span), output.Truncated || errors.Truncated);
    }

    /// <summary>Deletes the logs of processes that the host doesn't know: it was killed between writing their removal and deleting them.</summary>
    public void DeleteLogsOfNobody(Func<ProcessId, bool> isKnown)
    {
        foreach (var id in Logs.Ids().Where(id => !isKnown(id)))
        {
            Logs.Delete(id);
        }
    }

    /// <summary>Ends what is under way here: from now on nothing is told. Children that are kept run on. The data directory stays taken.</summary>
    /// <param name="settled">
    /// Awaits that the host has journaled what it was told: before the supervisor ends, so that what it hands over meanwhile is still carried out,
    /// and after, for what was told last.
    /// </param>
    public async Task CloseAsync(Func<Task> settled)
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            return;
        }

        if (_resync is { } resync)
        {
            await resync.DisposeAsync();
        }

        Meter.Dispose();
        await Quota.DisposeAsync();
        Tokens.Dispose();
        await settled();
        await Supervisor.DisposeAsync();
        await settled();
        Logs.Dispose();
    }

    /// <summary>Ends what is under way, if that wasn't done, and gives up the data directory: whatever else the host has there must be closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(() => Task.CompletedTask);
        _directory.Dispose();
    }
}
