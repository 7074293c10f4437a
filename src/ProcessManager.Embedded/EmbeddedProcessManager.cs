using Microsoft.Extensions.Logging;
using ProcessManager.Os;

namespace ProcessManager.Embedded;

/// <summary>
/// A manager inside this process: entities in memory, their journal in SQLite, the OS children of this machine under its own supervisor.
/// Made un-started; <see cref="StartAsync(CancellationToken)"/> takes the data directory and recovers, <see cref="ShutdownAsync"/> is the orderly end.
/// </summary>
public sealed partial class EmbeddedProcessManager : IProcessManager, IAsyncDisposable
{
    private readonly EmbeddedOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _lifecycle = new(1);
    private readonly EmbeddedTemplates _templates;
    private Engine? _engine;
    private bool _draining;

    public EmbeddedProcessManager(EmbeddedOptions options, ILoggerFactory loggers, TimeProvider? clock = null)
    {
        _options = options;
        _loggers = loggers;
        _clock = new MillisecondClock(clock ?? TimeProvider.System);
        var keeper = new PoolKeeper(() => Running.Pools, (spec, place) => DeclareCheckedAsync(spec, start: true, oneOff: true, place));
        Pools = new PoolCalls(this, keeper, _clock);
        _replicas = new ReplicaCalls(this);
        _templates = new EmbeddedTemplates(this, () => Running);
    }

    public IPools Pools { get; }

    public ITemplates Templates => _templates;

    /// <summary>Takes the data directory, finds out what became of every process, adopts what still runs, and is ready.</summary>
    /// <exception cref="ProcessManagerException">AlreadyRunning; StorageUnavailable; StorageFull.</exception>
    public async Task<RecoveryReport> StartAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (_engine is not null)
            {
                throw new ProcessManagerException(ErrorCode.InvalidState, "The manager has been started already.");
            }

            var engine = await Engine.StartAsync(_options, _clock, _loggers, cancellationToken);
            _engine = engine;
            var untold = await _templates.RunOnStartupAsync(cancellationToken);
            await engine.TemplateWatch.TellAsync();
            return engine.Recovery with { Problems = [.. engine.Recovery.Problems, .. untold] };
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>
    /// Takes no more starts, ends the children that live with the manager in the reverse order of their starts under one deadline, and lets go.
    /// Those of <see cref="Lifetime.Keep"/> run on and are named in the report.
    /// </summary>
    /// <param name="deadline">The options' when absent.</param>
    /// <param name="force">Kill what is left at the deadline; else DeadlineExceeded names it and the manager stays.</param>
    /// <param name="stopAll">End those of <see cref="Lifetime.Keep"/> too.</param>
    public async Task<ShutdownReport> ShutdownAsync(
        TimeSpan? deadline = null, bool force = true, bool stopAll = false, CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken);
        try
        {
            if (_engine is not { } engine)
            {
                return new ShutdownReport([], []);
            }

            _draining = true;
            try
            {
                var report = await Shutdown.RunAsync(engine, deadline ?? _options.ShutdownDeadline, force, stopAll, cancellationToken);
                _engine = null;
                await engine.DisposeAsync();
                return report;
            }
            finally
            {
                _draining = false;
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>An orderly shutdown, if there wasn't one.</summary>
    public async ValueTask DisposeAsync() => await ShutdownAsync();

    private Engine Running => _engine ?? throw new ProcessManagerException(ErrorCode.Unavailable, "The manager isn't started, or has shut down.");

    private Engine Starting => _draining
        ? throw new ProcessManagerException(ErrorCode.Unavailable, "The manager is shutting down: it starts nothing any more.")
        : Running;
}
