using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>What a started manager is made of, from the opened data directory to its last thread.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private Engine(Machine machine, SqliteJournal journal, ProcessTable table, EmbeddedOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        Machine = machine;
        Journal = journal;
        Table = table;
        Options = options;
        Clock = clock;
        Since = clock.GetUtcNow();
        Pools = new PoolTable(table, clock, (name, record) => journal.AppendAsync(
            new JournalEntry { Id = null, Pool = (name, record is null ? null : JournalEntry.Write(record)) }));
        Host = new EntityHost(
            clock, journal, machine.Supervisor, machine.Logs, machine.Tokens, table, Pools, options, loggers.CreateLogger<EmbeddedProcessManager>());
        Events = new EventHistory(journal.DatabasePath, journal.Position);
        journal.OnEvents = Events.Add;
        Templates = new TemplateFolder(TemplatesOf(machine, options), clock);
        TemplateWatch = new TemplateWatch(Templates, journal, clock);
    }

    public EmbeddedOptions Options { get; }

    public TimeProvider Clock { get; }

    /// <summary>Since when it manages its machine.</summary>
    public DateTimeOffset Since { get; }

    public Machine Machine { get; }

    public SqliteJournal Journal { get; }

    public ProcessTable Table { get; }

    public PoolTable Pools { get; }

    public LogStore Logs => Machine.Logs;

    public LocalSupervisor Supervisor => Machine.Supervisor;

    public Meter Meter => Machine.Meter;

    public InputFolder Inputs => Machine.Inputs;

    public EntityHost Host { get; }

    public EventHistory Events { get; }

    public TemplateFolder Templates { get; }

    public TemplateWatch TemplateWatch { get; }

    public RecoveryReport Recovery { get; private set; } = new(0, 0, 0, [], []);

    public static async Task<Engine> StartAsync(EmbeddedOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var table = new ProcessTable(options.MaxRecords);
        var machine = Machine.Open(Of(options), clock, loggers, CallsTo(table));
        SqliteJournal? journal = null;
        Engine? engine = null;
        try
        {
            journal = SqliteJournal.Open(Path.Combine(machine.Root, "journal.db"), options.Node, clock);
            engine = new Engine(machine, journal, table, options, clock, loggers);
            engine.Recovery = await ProcessManager.Embedded.Recovery.RunAsync(engine, cancellationToken);
            machine.Start();
            engine.TemplateWatch.Start();
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
                await machine.DisposeAsync();
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
        await TemplateWatch.DisposeAsync();
        await Host.DisposeAsync();
        await Machine.CloseAsync(SettledAsync);
        Journal.Dispose();
        await Machine.DisposeAsync();
    }

    private async Task SettledAsync()
    {
        foreach (var entity in Table.After(null))
        {
            await entity.Settled;
        }
    }

    /// <summary>Our own is made; one that somebody names is there, or is told to be missing.</summary>
    private static string TemplatesOf(Machine machine, EmbeddedOptions options) => options.TemplatesDirectory is { } named
        ? Path.GetFullPath(named)
        : Directory.CreateDirectory(Path.Combine(machine.Root, "templates"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    private static MachineOptions Of(EmbeddedOptions options) => new()
    {
        DataDirectory = options.DataDirectory,
        Inheritance = options.DefaultInheritance,
        WorkingDirectory = options.DefaultWorkingDirectory,
        Lifetime = options.DefaultLifetime,
        Echo = options.Echo,
        LogQuota = options.LogQuota,
        LogQuotaEvery = options.LogQuotaEvery,
    };

    private static MachineCalls CallsTo(ProcessTable table)
    {
        return new MachineCalls(
            (id, epoch, report) => Tell(id, new ProcessOrder.Reported(epoch, report)),
            (id, epoch) => Tell(id, new ProcessOrder.StartToken(epoch)),
            _ => Task.FromResult<IReadOnlyList<LogHolding>>(table.After(null).ConvertAll(entity => LogHolding.Of(entity.State))));

        void Tell(ProcessId id, ProcessOrder order)
        {
            if (table.TryGet(id, out var entity))
            {
                entity.Tell(order);
            }
        }
    }
}
