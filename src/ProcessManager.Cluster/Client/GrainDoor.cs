using Orleans;
using Orleans.Runtime;

namespace ProcessManager.Cluster;

/// <summary>
/// A process that is a grain somewhere. What is safe to repeat is repeated while silos come and go; what isn't fails with Unavailable, and the caller looks what became of it.
/// </summary>
internal sealed class GrainDoor(ProcessId id, IGrainFactory grains, TimeProvider clock) : IProcessDoor
{
    /// <summary>Of one call that waits; shorter than the time after which Orleans gives a call up.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(5);

    private ProcessView? _seen;

    public ProcessId Id => id;

    private IProcessGrain Grain => grains.Process(id);

    public async Task<ProcessView> LookAsync(CancellationToken cancellationToken) =>
        _seen = (await Repeating.UntilAsync(() => Grain.LookAsync(), Repeating.Patience, clock, cancellationToken)).Unwrap();

    /// <summary>Makes the process; not repeated.</summary>
    public async Task<ProcessView> CreateAsync(ProcessSpec spec, bool oneOff, ProcessOrder? first, JobPlace? job, PipeStage? stage, CancellationToken cancellationToken) =>
        _seen = (await OnceAsync(() => Grain.CreateAsync(spec, oneOff, first, job, stage), cancellationToken)).Unwrap();

    public async Task<ProcessView> UpdateAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken) =>
        _seen = (await OnceAsync(() => Grain.UpdateAsync(spec, ifVersion), cancellationToken)).Unwrap();

    public async Task<ProcessView> TakeAsync(ProcessOrder order, CancellationToken cancellationToken)
    {
        var answer = order is ProcessOrder.Stop or ProcessOrder.Kill or ProcessOrder.Remove
            ? await Repeating.UntilAsync(() => Grain.TakeAsync(order), Repeating.Patience, clock, cancellationToken)
            : await OnceAsync(() => Grain.TakeAsync(order), cancellationToken);
        return _seen = answer.Unwrap();
    }

    public async Task<ProcessView> UntilAsync(ProcessCondition condition, CancellationToken cancellationToken)
    {
        var of = (_seen ?? await LookAsync(cancellationToken)).State.CreatedAt;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await Repeating.UntilAsync(() => Grain.UntilAsync(condition, of, LongPoll), Repeating.LongPatience, clock, cancellationToken);
            if (answer.Error?.Code == ErrorCode.NotFound)
            {
                // It was removed while we waited: this is the last that was seen of it.
                return _seen! with { Removed = true };
            }

            if (answer.Unwrap() is { } view)
            {
                return _seen = view;
            }
        }
    }

    public static async Task<Answer<T>> OnceAsync<T>(Func<Task<Answer<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().WaitAsync(cancellationToken);
        }
        catch (Exception broken) when (Repeating.IsBroken(broken))
        {
            throw new ProcessManagerException(
                ErrorCode.Unavailable, $"The silo that was asked went away, or didn't answer; whether it did what it was asked isn't known: {broken.Message}", broken);
        }
    }
}
