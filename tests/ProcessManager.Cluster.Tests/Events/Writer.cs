using Orleans.Runtime;

namespace ProcessManager.Cluster.Tests;

/// <summary>A process that tells events as its grain would: numbered, and again until they are taken.</summary>
internal sealed class Writer(IEventLogGrain log, string id, ValueMap<string>? labels = null)
{
    public Guid Life { get; private set; } = Guid.NewGuid();

    public long Told { get; private set; }

    public ProcessId Id { get; } = ProcessId.Parse(id);

    public void BeginAnew() => (Life, Told) = (Guid.NewGuid(), 0);

    public EventBatch Next(int count, EventType type = EventType.Started, DateTimeOffset? time = null)
    {
        var events = Enumerable.Range(0, count).Select(index => new ProcessEvent
        {
            Cursor = "",
            Time = time ?? TimeProvider.System.GetUtcNow(),
            Node = "n1",
            Type = type,
            Id = Id,
            Run = (int)(Told + index + 1),
        });
        var batch = new EventBatch(Life, labels ?? [], Told + 1, [.. events], Repeated: false);
        Told += count;
        return batch;
    }

    public async Task Tell(int count = 1, EventType type = EventType.Started, DateTimeOffset? time = null) =>
        (await log.AppendAsync(Next(count, type, time))).Unwrap().ShouldBeTrue();

    /// <summary>Whatever happens to the log meanwhile.</summary>
    public async Task TellUntilTaken(CancellationToken cancellationToken)
    {
        var batch = Next(1);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if ((await log.AppendAsync(batch)).Error is null)
                {
                    return;
                }
            }
            catch (Exception lost) when (lost is OrleansException or TimeoutException)
            {
                // Its silo went: said again.
            }

            batch = batch with { Repeated = true };
            await Task.Delay(20, cancellationToken);
        }
    }
}
