namespace ProcessManager;

/// <summary>What a host lets a waiting process see of the others, and where it tells it.</summary>
internal interface IDependencySight
{
    TimeProvider Clock { get; }

    /// <exception cref="ProcessManagerException">NotFound, here or by what is asked of it.</exception>
    IProcessDoor Door(ProcessId id);

    /// <summary>Whether it wrote a line that matches in a run or after it; waits for one until it has ended.</summary>
    Task<bool> WroteAsync(ProcessId id, string pattern, int run, CancellationToken cancellationToken);

    /// <summary>Has the entity take the news, with where it may go now.</summary>
    void Tell(ProcessEntity entity, ProcessOrder.DependencyNews news);
}
