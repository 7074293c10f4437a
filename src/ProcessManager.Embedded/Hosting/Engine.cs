using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>What a started manager is made of, from the opened data directory to its last thread.</summary>
internal sealed class Engine : IAsyncDisposable
{
    /// <summary>Between two times at which the supervisor tells again what is true of everything it owns; ± 10 %.</summary>
    private static readonly TimeSpan ResyncEvery = TimeSpan.FromSeconds(30);

    private readonly DataDirectory _directory;
    private ITimer? _resync;

    private Engine(DataDirectory directory, SqliteJournal journal, EmbeddedOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _directory = directory;
        Journal = journal;
        Options = options;
        Clock = clock;
        Table = new ProcessTable(options.MaxRecords);
        Logs = new LogStore(directory.LogFolder, clock, loggers.CreateLogger<LogStore>()) { OnTruncated = Report };
        Supervisor = new LocalSupervisor(
            directory,
            Logs,
            new SupervisorOptions
            {
                Clock = clock,
                Inheritance = options.DefaultInheritance,
                WorkingDirectory = options.DefaultWorkingDirectory,
                Lifetime = options.DefaultLifetime,
            },
            Report,
            loggers.CreateLogger<LocalSupervisor>());
        Host = new EntityHost(clock, journal, Supervisor, Logs, Table, options, loggers.CreateLogger<EmbeddedProcessManager>());
        Events = new EventHistory(journal.DatabasePath, journal.Position);
        journal.OnEvents = Events.Add;
        Meter = new Meter(Supervisor, clock);
        Quota = new LogQuota(Logs, Table, options, clock, loggers.CreateLogger<LogQuota>());
        Inputs = new InputFolder(Path.Combine(directory.Root, "input"));
    }

    public EmbeddedOptions Options { get; }

    public TimeProvider Clock { get; }

    public SqliteJournal Journal { get; }

    public ProcessTable Table { get; }

    public LogStore Logs { get; }

    public string LogFolder => _directory.LogFolder;

    public LocalSupervisor Supervisor { get; }

    /// <summary>Samples trees; CPU is over the time since its last sample.</summary>
    public Meter Meter { get; }

    public LogQuota Quota { get; }

    public EntityHost Host { get; }

    public EventHistory Events { get; }

    public InputFolder Inputs { get; }

    public RecoveryReport Recovery { get; private set; } = new(0, 0, 0, [], []);

    public static async Task<Engine> StartAsync(EmbeddedOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var directory = DataDirectory.Open(options.DataDirectory);
        SqliteJournal? journal = null;
        Engine? engine = null;
        try
        {
            journal = SqliteJournal.Open(Path.Combine(directory.Root, "journal.db"), options.Node, clock);
            engine = new Engine(directory, journal, options, clock, loggers);
            engine.Recovery = await ProcessManager.Embedded.Recovery.RunAsync(engine, cancellationToken);
            engine.Resync();
            engine.Quota.Start();
            return engine;
        }
        catch
        {
            if (engine is not null)
            {
                await engine.DisposeAsync();
            }
            else
            {
                journal?.Dispose();
                directory.Dispose();
            }

            throw;
        }
    }

    /// <summary>Finds a process.</summary>
    /// <exception cref="ProcessManagerException">NotFound.</exception>
    public ProcessEntity Find(ProcessId id) =>
        Table.TryGet(id, out var entity) ? entity : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process \"{id}\".");

    /// <summary>Children run on; nothing of ours does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_resync is { } resync)
        {
            await resync.DisposeAsync();
        }

        await Quota.DisposeAsync();
        Host.Dispose();
        foreach (var entity in Table.After(null))
        {
            await entity.Settled;
        }

        await Supervisor.DisposeAsync();
        foreach (var entity in Table.After(null))
        {
            await entity.Settled;
        }

        Logs.Dispose();
        Journal.Dispose();
        _directory.Dispose();
    }

    /// <summary>Nothing waits for it: it mends what got lost between a report and its journaling, if ever something does.</summary>
    private void Resync()
    {
        var apart = 0.9 + (0.2 * (_directory.ManagerId.GetHashCode() & 0xff) / 0xff);
        _resync = Clock.CreateTimer(_ => Supervisor.ReportAll(), null, ResyncEvery * apart, ResyncEvery * apart);
    }

    private void Report(LogTruncation cut)
    {
        if (Table.TryGet(cut.Id, out var entity))
        {
            entity.Tell(new ProcessOrder.Reported(
                entity.State.Epoch, new SupervisorReport.OutputTruncated(cut.Stream, cut.Offset, Clock.GetUtcNow())));
        }
    }

    private void Report(ProcessId id, Epoch epoch, SupervisorReport report)
    {
        if (Table.TryGet(id, out var entity))
        {
            entity.Tell(new ProcessOrder.Reported(epoch, report));
        }
    }
}
