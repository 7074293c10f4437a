using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>
/// The door to the event log. It is loaded by the first who asks, and again after a failed write, so that storage that is away is an answer and not a grain that can't be activated.
/// </summary>
[Reentrant]
internal sealed partial class EventLogGrain : Grain, IEventLogGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly EventRows _rows;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationToken _closing;
    private readonly GroupCommit _appends;
    private readonly WaitingReaders _readers;
    private Task<KeptEvents>? _kept;
    private bool _broken;

    public EventLogGrain(
        [FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage,
        IOptions<EventLogOptions> options,
        TimeProvider clock,
        IHostApplicationLifetime host,
        ILogger<EventLogGrain> logger)
    {
        (_options, _clock, _logger) = (options.Value, clock, logger);
        _rows = new EventRows(storage, this.GetGrainId());
        _readers = new WaitingReaders(clock);
        _appends = new GroupCommit(LoadedAsync, Failed, Written);

        // A grain isn't let go while somebody waits in it, and its silo waits for that.
        _closing = host.ApplicationStopping;
    }

    public Task<Answer<bool>> AppendAsync(EventBatch batch) => _appends.AppendAsync(batch);

    public Task<Answer<bool>> AppendNoticesAsync(ValueList<ProcessEvent> events) =>
        _appends.AppendAsync(new EventBatch(Guid.Empty, [], FirstNumber: 0, events, Repeated: false));

    public Task<Answer<long>> PositionAsync() => ReadingAsync(async () => (await LoadedAsync()).Last);

    public Task<Answer<EventPage>> ReadAsync(EventQuery query, long after, TimeSpan wait) => ReadingAsync(async () =>
    {
        var page = await (await LoadedAsync()).ReadAsync(query, after);
        if (wait <= TimeSpan.Zero || page.Events.Count > 0 || page.Missed > 0 || page.Next < (await LoadedAsync()).Last)
        {
            return page;
        }

        await _readers.UntilMatchAsync(query, page.Next, wait < LongestWait ? wait : LongestWait, _closing);
        return await (await LoadedAsync()).ReadAsync(query, page.Next);
    });

    private static async Task<Answer<T>> ReadingAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return Answer.Of(await read());
        }
        catch (Exception failure)
        {
            return new Answer<T>(default, EventLogProblem.Of(failure));
        }
    }

    private async Task<KeptEvents> LoadedAsync()
    {
        var loading = _kept ??= LoadAsync();
        try
        {
            return await loading;
        }
        catch (Exception) when (_kept == loading)
        {
            // The next one tries again.
            _kept = null;
            throw;
        }
    }

    private async Task<KeptEvents> LoadAsync()
    {
        var kept = await KeptEvents.LoadAsync(_rows, _options, _clock);

        // A write that failed may be there.
        _readers.Look(kept);
        return kept;
    }

    private void Written(KeptEvents kept)
    {
        _readers.Look(kept);
        if (_broken)
        {
            _broken = false;
            LogMended(kept.Last);
        }
    }

    private void Failed(Exception failure)
    {
        _kept = null;
        if (!_broken)
        {
            _broken = true;
            LogBroken(failure);
        }

        if (failure is InconsistentStateException)
        {
            // Somebody else writes these rows: another activation of this grain, or a write of ours that came late. If it is the former, this one is the one too many.
            DeactivateOnIdle();
            _readers.ReleaseAll();
        }
    }
}
