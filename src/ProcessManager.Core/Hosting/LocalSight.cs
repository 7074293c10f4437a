namespace ProcessManager;

/// <summary>All processes are in this process.</summary>
/// <param name="readLogs">What answers a query for a process' output; the task ends when nobody can write any more.</param>
internal sealed class LocalSight(
    ProcessTable table, Func<ProcessId, LogQuery, Task, CancellationToken, IAsyncEnumerable<LogChunk>> readLogs, TimeProvider clock) : IDependencySight
{
    public TimeProvider Clock => clock;

    public IProcessDoor Door(ProcessId id) => Find(id);

    public async Task<bool> WroteAsync(ProcessId id, string pattern, int run, CancellationToken cancellationToken)
    {
        var entity = Find(id);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task ended = entity.UntilAsync(new ProcessCondition.Terminated(entity.State.Epoch.Run), done.Token);
        try
        {
            var query = new LogQuery { Grep = pattern, Run = run, Follow = true };
            await foreach (var _ in readLogs(id, query, ended, cancellationToken))
            {
                return true;
            }

            return false;
        }
        finally
        {
            await done.CancelAsync();
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Tell(ProcessEntity entity, ProcessOrder.DependencyNews news) => entity.Tell(news);

    private ProcessEntity Find(ProcessId id) =>
        table.TryGet(id, out var entity) ? entity : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process \"{id}\".");
}
