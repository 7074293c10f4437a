using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>
/// A partition of the index. All of it is in memory. Its rows hold how the quiet members are, and that the busy ones are busy: those are asked when it becomes active, so nothing that
/// happens to a busy one has to be written.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed partial class IndexGrain : Grain, IIndexGrain, IRemindable
{
    /// <summary>So long members that became quiet may wait for others that are in the same row.</summary>
    private static readonly TimeSpan FlushDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan NodesPeriod = TimeSpan.FromSeconds(1);

    private readonly MemberTable _members = new();
    private readonly MemberRows _rows;
    private readonly Inquiry _inquiry;
    private readonly NodeWatch _nodes;
    private readonly IndexOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private IGrainTimer? _flush;
    private Exception? _broken;
    private bool _reminded;

    public IndexGrain(
        [FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage, INodeTable nodes, IOptions<IndexOptions> options, TimeProvider clock, ILogger<IndexGrain> log)
    {
        _options = options.Value;
        _clock = clock;
        _log = log;
        _nodes = new NodeWatch(nodes);
        _rows = new MemberRows(storage, this.GetGrainId(), _members, Break);
        _inquiry = new Inquiry(GrainFactory, _members, _nodes.For, Drop, clock) { Doubt = _options.Doubt };
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _rows.ReadAsync();
        }
        catch (Exception failure)
        {
            // An exception would reach callers without a code. Those who wait for the activation are answered one; then it goes, and the next call has the rows read again.
            Note(failure);
            return;
        }

        _flush = this.RegisterGrainTimer(FlushAsync, Once());
        _inquiry.Start(this.RegisterGrainTimer(
            () =>
            {
                _inquiry.Ring();
                return Task.CompletedTask;
            },
            Once()));
        this.RegisterGrainTimer(
            () =>
            {
                LookAtNodes();
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(NodesPeriod, NodesPeriod) { Interleave = true });
        _nodes.SomeSiloWent();
        AskAtFirst();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _inquiry.StopAsync();
        if (_broken is null)
        {
            try
            {
                await _rows.FlushAsync().WaitAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is ProcessManagerException or OperationCanceledException)
            {
                // The rows say that they are busy: the next activation asks them.
            }
        }
    }

    public Task<Answer<bool>> AddAsync(ProcessInfo info) => AnswerAsync(async () =>
    {
        _members.TryGet(info.Id, out var member);
        if (member is null || member.Standing == Standing.Absent || (member.Info is { } known && Born(info) > Born(known)))
        {
            if (member is null)
            {
                await MakeRoomAsync();
            }

            member = new Member(info.Id) { Standing = Standing.Announced, Info = info };
            _members.Put(member);
            _inquiry.Ask(member, _options.Patience);
        }

        await RemindAsync();
        return await BeBusyAsync(member);
    });

    public Task<Answer<bool>> BusyAsync(ProcessId id) => AnswerAsync(() =>
    {
        if (!_members.TryGet(id, out var member))
        {
            member = new Member(id) { Standing = Standing.Unheard };
            _members.Put(member);
        }

        if (member.Quiet)
        {
            member.Quiet = false;
            _nodes.BeginsThere(member);
        }

        // Until it tells how it is, it may have come to an end with its silo.
        _inquiry.Ask(member, _options.Patience);
        return BeBusyAsync(member);
    });

    public Task<Answer<bool>> UpdateAsync(IndexEntry entry) => AnswerAsync(async () =>
    {
        if (!_members.TryGet(entry.Info.Id, out var member))
        {
            member = new Member(entry.Info.Id) { Standing = Standing.Absent };
            _members.Put(member);
        }
        else if (member.Info is { } known && Age(entry.Info).CompareTo(Age(known)) < 0)
        {
            return true;
        }

        entry = entry with { WakeAt = InMilliseconds(entry.WakeAt) };
        var changed = member.Info is null || member.WakeAt != entry.WakeAt || Age(member.Info) != Age(entry.Info) || member.Quiet != entry.Quiet;
        Take(member, entry);
        if (member.WrittenBusy)
        {
            if (entry.Quiet)
            {
                WriteLater(member);
            }
        }
        else if (changed || !entry.Quiet)
        {
            // Nobody would ask it after a crash: it is quiet, or the row says so.
            await _rows.WriteAsync(member.Id);
        }

        return true;
    });

    public Task<Answer<bool>> RemoveAsync(ProcessId id, DateTimeOffset createdAt) => AnswerAsync(async () =>
    {
        if (_members.TryGet(id, out var member) && !(member.Info is { } info && Born(info) > createdAt.ToUnixTimeMilliseconds()))
        {
            _inquiry.Forget(member);
            _members.Remove(member);
        }

        // Also when it was gone already: that may not have been written yet.
        await _rows.WriteAsync(id);
        return true;
    });

    public Task TouchAsync()
    {
        if (_broken is not null)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    /// <summary>It is active now, which is what the reminder is for.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status) => TouchAsync();

    private static GrainTimerCreationOptions Once() => new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true };

    /// <summary>As times are when they have crossed silos.</summary>
    private static DateTimeOffset? InMilliseconds(DateTimeOffset? at) => at is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()) : null;

    private static long Born(ProcessInfo info) => info.CreatedAt.ToUnixTimeMilliseconds();

    /// <summary>What is newer is larger.</summary>
    private static (long Born, long Version) Age(ProcessInfo info) => (Born(info), info.Version);

    private void Take(Member member, IndexEntry entry)
    {
        // One that wasn't a member, or no more: a late message of one that is gone looks the same, so it is asked.
        var doubtful = member.Standing == Standing.Absent;
        var begins = member.Standing != Standing.Unheard && (member.Quiet || member.Info?.Node != entry.Info.Node || member.Standing == Standing.Announced);
        member.Info = entry.Info;
        member.WakeAt = entry.WakeAt;
        member.Quiet = entry.Quiet;
        if (entry.Away)
        {
            // Whatever it was told, in whatever order it arrived: should its node be there, it is told once more.
            member.Told = null;
        }

        member.Standing = Standing.Heard;
        member.Evicted &= entry.Info.Phase == Phase.Finished;
        member.Asked = member.Asked with { InVain = 0 };
        if (begins)
        {
            _nodes.BeginsThere(member);
        }

        if (doubtful)
        {
            _inquiry.Ask(member);
        }
        else
        {
            _inquiry.AskWhenDue(member);
        }
    }

    private async Task<bool> BeBusyAsync(Member member)
    {
        if (!member.WrittenBusy)
        {
            await _rows.WriteAsync(member.Id);
        }

        return true;
    }

    /// <summary>Busy ones may be on a silo that died; those that wanted to be woken have waited long enough.</summary>
    private void AskAtFirst()
    {
        foreach (var member in _members.All)
        {
            if (member.Quiet)
            {
                _inquiry.AskWhenDue(member);
            }
            else
            {
                _inquiry.Ask(member);
            }
        }
    }

    private void LookAtNodes()
    {
        var all = _nodes.SomeSiloWent();
        foreach (var member in _members.All)
        {
            if (!member.Quiet && member.Standing is Standing.Heard or Standing.Unheard && (all || _nodes.For(member) is not null))
            {
                _inquiry.Ask(member);
            }
        }
    }

    private void Drop(Member member)
    {
        _inquiry.Forget(member);
        _members.Remove(member);
        WriteLater(member);
    }

    private void WriteLater(Member member)
    {
        if (!_rows.AnyLater)
        {
            _flush?.Change(FlushDelay, Timeout.InfiniteTimeSpan);
        }

        _rows.WriteLater(member.Id);
    }

    private async Task FlushAsync()
    {
        try
        {
            await _rows.FlushAsync();
        }
        catch (ProcessManagerException)
        {
            // This activation is broken, and was told so; the next one asks those that the rows call busy.
        }
    }

    /// <summary>At the limit of records one that is finished is told to go.</summary>
    private async Task MakeRoomAsync()
    {
        var limit = Math.Max(1, (long)_options.RecordsPerNode * _nodes.Count / IndexPartitions.Count);
        if (_members.Count < limit || _members.All.Count(member => !member.Evicted) < limit)
        {
            return;
        }

        var oldest = ProcessCensus.OldestFinished(
                _members.All.Where(member => member is { Info: not null, Evicted: false }),
                member => (member.Info!.Phase, member.Info.OneOff, member.Info.EndedAt))
            ?? throw new ProcessManagerException(
                ErrorCode.LimitExceeded, $"There are {limit} processes in this part of the index, which is the limit, and none of them is finished.");
        oldest.Evicted = true;

        // However it ends: one more than the limit does no harm, and the next one takes another.
        await ((Task)GrainFactory.Process(oldest.Id).TakeAsync(new ProcessOrder.Remove(null)).WaitAsync(TimeSpan.FromSeconds(5), _clock))
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RemindAsync()
    {
        if (_reminded)
        {
            return;
        }

        try
        {
            await this.RegisterOrUpdateReminder("active", _options.ReminderPeriod, _options.ReminderPeriod);
            _reminded = true;
        }
        catch (Exception failure)
        {
            // The reminder table's provider decides what it throws.
            throw new ProcessManagerException(ErrorCode.StorageUnavailable, $"The index' reminder can't be written: {failure.Message}", failure);
        }
    }

    private Task<Answer<T>> AnswerAsync<T>(Func<Task<T>> work) => Answer.OfAsync(() =>
    {
        if (_broken is not { } failure)
        {
            return work();
        }

        DeactivateOnIdle();
        throw failure is InconsistentStateException
            ? new ProcessManagerException(ErrorCode.Unavailable, "This part of the index is being taken over by another silo.")
            : new ProcessManagerException(ErrorCode.StorageUnavailable, $"The index can't be read or written: {failure.Message}");
    });

    /// <summary>What the rows hold isn't known any more: the next activation reads them.</summary>
    private void Break(Exception failure)
    {
        Note(failure);
        DeactivateOnIdle();
    }

    private void Note(Exception failure)
    {
        if (_broken is null)
        {
            _broken = failure;
            LogBroken(failure, this.GetPrimaryKeyLong());
        }
    }
}
