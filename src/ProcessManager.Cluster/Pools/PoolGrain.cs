using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using ProcessManager.Os;

namespace ProcessManager.Cluster;

/// <summary>
/// Gives out the slots of one pool. Only its limit is written; the line is what the jobs say. A new activation asks the index who they are and each that isn't over how it stands, and gives out
/// nothing before it knows all. A reminder sees to it that there is one.
/// </summary>
[Reentrant]
internal sealed partial class PoolGrain(
    [PersistentState(PoolRow.Name, ClusterStorage.Name)] IPersistentState<PoolRow> row, MillisecondClock clock, ILogger<PoolGrain> logger) : Grain, IPoolGrain, IRemindable
{
    /// <summary>Between two looks at those who have a slot: what they told may have got lost with a silo.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Somebody who calls all jobs off says so again well within it.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(2);

    private readonly PoolLine _line = new();
    private Task? _asking;
    private DateTimeOffset _heldUntil;
    private bool _complete;

    private string Name => ProcessGrains.PoolOf(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (row.RecordExists)
        {
            Begin();
        }

        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask; // It is active.

    public Task<Answer<PoolInfo>> SetAsync(int concurrency) => Answer.OfAsync(async () =>
    {
        await WriteAsync(new PoolRow { Concurrency = concurrency, CreatedAt = row.RecordExists ? row.State.CreatedAt : clock.GetUtcNow() });
        await RemindAsync();
        Begin();
        _line.Concurrency = concurrency;
        await CompleteAsync();
        Give();
        return Info();
    });

    public Task<Answer<PoolInfo>> InfoAsync() => Answer.OfAsync(async () =>
    {
        await CompleteAsync();
        return Info();
    });

    public Task<Answer<long>> AdmitAsync(int count) => Answer.OfAsync(async () =>
    {
        await CompleteAsync();
        return _line.Admit(Name, count, clock.GetUtcNow());
    });

    public Task<Answer<bool>> AdmittedAsync(long first)
    {
        _line.Admitted(first);
        Give();
        return Task.FromResult(Answer.Of(true));
    }

    public Task<Answer<bool>> HoldAsync(bool held, bool removing) => Answer.OfAsync(async () =>
    {
        await CompleteAsync();
        _heldUntil = clock.GetUtcNow() + LongestHold;
        _line.Hold(held, removing);
        Give();
        return true;
    });

    public Task<Answer<bool>> ForgetAsync() => Answer.OfAsync(async () =>
    {
        try
        {
            if (await this.GetReminder("active") is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }

            await row.ClearStateAsync();
        }
        catch (Exception failure)
        {
            throw Unwritten(failure);
        }
        finally
        {
            DeactivateOnIdle();
        }

        return true;
    });

    public Task SeeAsync(SlotNews news)
    {
        _line.See(news);
        Give();
        return Task.CompletedTask;
    }

    private async Task RemindAsync()
    {
        try
        {
            await this.RegisterOrUpdateReminder("active", ReminderPeriod, ReminderPeriod);
        }
        catch (Exception failure)
        {
            // The reminder table's provider decides what it throws.
            throw Unwritten(failure);
        }
    }

    private static ProcessQuery All(string name) => new() { Pool = name, Limit = ProcessQuery.MaxLimit };

    private PoolInfo Info() => row.RecordExists ? _line.Info(Name, row.State.CreatedAt) : throw PoolRules.NotFound(Name);

    /// <summary>Finds out who its jobs are, once.</summary>
    private void Begin()
    {
        if (_asking is null)
        {
            _line.Concurrency = row.State.Concurrency;
            _asking = AskAllAsync();
            this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(LookEvery, LookEvery) { Interleave = true });
        }
    }

    /// <exception cref="ProcessManagerException">NotFound; Unavailable: it isn't known yet who its jobs are.</exception>
    private async Task CompleteAsync()
    {
        if (!row.RecordExists || _asking is null)
        {
            throw PoolRules.NotFound(Name);
        }

        try
        {
            await _asking.WaitAsync(TimeSpan.FromSeconds(8), clock);
        }
        catch (TimeoutException)
        {
            throw new ProcessManagerException(ErrorCode.Unavailable, $"The pool \"{Name}\" is still finding out how its jobs stand; ask again.");
        }
    }

    private async Task AskAllAsync()
    {
        var index = new IndexClient(GrainFactory, clock);
        var pauses = Pauses.UpToSeconds;
        while (!_complete)
        {
            try
            {
                var query = All(Name);
                do
                {
                    var page = await index.ListAsync(query, CancellationToken.None);
                    await Task.WhenAll(page.Items.Select(AskAsync));
                    query = query with { After = page.Next };
                }
                while (query.After is not null);
                _complete = true;
                Give();
            }
            catch (Exception failure)
            {
                LogAgain(logger, Name, failure.Message);
                await Task.Delay(pauses.Next(), clock);
            }
        }
    }

    /// <summary>One that is over says so in the index; of the others only they themselves know.</summary>
    private Task AskAsync(ProcessInfo info) => info is { Phase: Phase.Finished, Run: 1, Job: { } job }
        ? Seen(new SlotNews(info.Id, job, SlotNews.EndOf(info.Reason), new Epoch(info.Run, info.Attempt), info.CreatedAt, info.Version))
        : AskAsync(info.Id);

    private Task Seen(SlotNews news)
    {
        _line.See(news);
        return Task.CompletedTask;
    }

    private async Task AskAsync(ProcessId id)
    {
        var answer = await GrainFactory.Process(id).SlotAsync();
        if (answer.Error?.Code == ErrorCode.NotFound)
        {
            _line.Lose(id);
        }
        else if (answer.Unwrap() is { } news)
        {
            _line.See(news);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!_complete)
        {
            return;
        }

        if (_line is { Held: true, Removing: false } && clock.GetUtcNow() > _heldUntil)
        {
            _line.Hold(held: false, removing: false);
        }

        foreach (var (id, epoch) in _line.Granted)
        {
            await GrantAsync(id, epoch);
        }

        foreach (var id in _line.Holders.ToList())
        {
            try
            {
                await AskAsync(id);
            }
            catch (Exception failure)
            {
                LogAgain(logger, Name, failure.Message);
            }
        }

        Give();
    }

    private void Give()
    {
        if (!_complete)
        {
            return;
        }

        foreach (var (id, epoch) in _line.Grant(clock.GetUtcNow()))
        {
            // One that it doesn't reach is told again at the next look.
            GrantAsync(id, epoch).Ignore();
        }
    }

    private async Task GrantAsync(ProcessId id, Epoch epoch)
    {
        try
        {
            var answer = await GrainFactory.Process(id).GrantSlotAsync(epoch);
            if (answer.Error?.Code == ErrorCode.NotFound)
            {
                _line.Lose(id);
            }
            else if (answer.Unwrap() is { } news)
            {
                _line.See(news);
            }

            Give();
        }
        catch (Exception failure)
        {
            LogAgain(logger, Name, failure.Message);
        }
    }

    private async Task WriteAsync(PoolRow next)
    {
        try
        {
            row.State = next;
            await row.WriteStateAsync();
        }
        catch (Exception failure)
        {
            // What is written isn't known: the next activation reads it.
            DeactivateOnIdle();
            throw Unwritten(failure);
        }
    }

    private ProcessManagerException Unwritten(Exception failure) =>
        new(ErrorCode.StorageUnavailable, $"The pool \"{Name}\" can't be written: {failure.Message}", failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pool {Name} couldn't ask or tell one of its jobs and does so again: {Why}")]
    private static partial void LogAgain(ILogger logger, string name, string why);
}
