using System.Collections.Concurrent;
using Orleans;

namespace ProcessManager.Cluster.Tests;

/// <summary>What the processes of a test's cluster are like, and what was said to them.</summary>
internal sealed class Processes
{
    private readonly ConcurrentDictionary<string, IndexEntry> _all = [];
    private readonly ConcurrentDictionary<(string Id, string What), int> _heard = [];

    /// <summary>How many of the next calls to a process break off.</summary>
    public int Breaking;

    public void Put(IndexEntry entry) => _all[entry.Info.Id.Value] = entry;

    public void Remove(ProcessId id) => _all.TryRemove(id.Value, out _);

    public IndexEntry? Find(string id) => _all.GetValueOrDefault(id);

    public void Hear(string id, string what) => _heard.AddOrUpdate((id, what), 1, (_, count) => count + 1);

    public int Times(ProcessId id, string what) => _heard.GetValueOrDefault((id.Value, what));
}

/// <summary>Instead of the real grain: it is as the test says, and tells the index so when it is woken.</summary>
internal sealed class ProcessStandIn(Processes processes) : Grain, IProcessGrain
{
    private IndexEntry? Entry => processes.Find(ProcessGrains.IdOf(this.GetPrimaryKeyString()).Value);

    public async Task<bool> WakeAsync()
    {
        if (Interlocked.Decrement(ref processes.Breaking) >= 0)
        {
            throw new TimeoutException("broken off");
        }

        Hear("wake");
        if (Entry is not { } entry)
        {
            return false;
        }

        await GrainFactory.GetGrain<IIndexGrain>(IndexPartitions.Of(entry.Info.Id)).UpdateAsync(entry);
        return true;
    }

    public Task<Answer<ProcessInfo>> InfoAsync() => Answer.OfAsync(() =>
    {
        Hear("info");
        return Task.FromResult(Entry?.Info ?? throw new ProcessManagerException(ErrorCode.NotFound, "There is no such process."));
    });

    public Task<Answer<SlotNews?>> GrantSlotAsync(Epoch epoch) => throw new NotSupportedException();

    public Task<Answer<SlotNews?>> SlotAsync() => throw new NotSupportedException();

    public Task NodeGoneAsync(string node)
    {
        Hear($"gone {node}");
        return Task.CompletedTask;
    }

    public Task<bool> NodeBackAsync(string node, Epoch? epoch)
    {
        Hear($"back {node}");
        return Task.FromResult(true);
    }

    public async Task<Answer<ProcessView>> TakeAsync(ProcessOrder order)
    {
        Hear(order.GetType().Name);
        if (Entry is { } entry)
        {
            processes.Remove(entry.Info.Id);
            await GrainFactory.GetGrain<IIndexGrain>(IndexPartitions.Of(entry.Info.Id)).RemoveAsync(entry.Info.Id, entry.Info.CreatedAt);
        }

        return new Answer<ProcessView>(null);
    }

    public Task<Answer<ProcessView>> CreateAsync(ProcessSpec spec, bool oneOff, ProcessOrder? first, JobPlace? job, PipeStage? stage) => throw new NotSupportedException();

    public Task<Answer<ProcessView>> LookAsync() => throw new NotSupportedException();

    public Task<Answer<ProcessView?>> UntilAsync(ProcessCondition condition, DateTimeOffset of, TimeSpan limit) => throw new NotSupportedException();

    public Task<Answer<ProcessSpec>> SpecAsync() => throw new NotSupportedException();

    public Task<Answer<ProcessSpec>> WholeSpecAsync() => throw new NotSupportedException();

    public Task<Answer<ProcessView>> UpdateAsync(ProcessSpec spec, long? ifVersion) => throw new NotSupportedException();

    public Task<Answer<UpdatePlan>> PlanAsync(ProcessSpec spec) => throw new NotSupportedException();

    public Task<Answer<ValueList<AttemptResult>>> RunsAsync() => throw new NotSupportedException();

    public Task<bool> ReportAsync(string node, Epoch epoch, SupervisorReport report) => throw new NotSupportedException();

    public Task GrantAsync(Epoch epoch) => throw new NotSupportedException();

    private void Hear(string what) => processes.Hear(ProcessGrains.IdOf(this.GetPrimaryKeyString()).Value, what);
}
