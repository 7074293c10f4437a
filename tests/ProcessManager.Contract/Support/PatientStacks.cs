namespace ProcessManager.Contract;

/// <summary>The stacks of the manager under test, with its limits; members are remembered for the test to clean up.</summary>
internal sealed class PatientStacks(IStacks inner, PatientManager manager) : IStacks
{
    public Task<StackOutcome> UpAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        manager.Remember(stack.Processes);
        return manager.Answer(inner.UpAsync(stack, cancellationToken), "UpAsync", null);
    }

    public Task<StackOutcome> ApplyAsync(StackSpec stack, CancellationToken cancellationToken = default)
    {
        manager.Remember(stack.Processes);
        return manager.Answer(inner.ApplyAsync(stack, cancellationToken), "ApplyAsync", null);
    }

    public Task<StackOutcome> PlanAsync(StackSpec stack, CancellationToken cancellationToken = default) =>
        manager.Answer(inner.PlanAsync(stack, cancellationToken), "PlanAsync", null);

    public Task<ManyOutcome> DownAsync(string name, DownOptions? options = null, CancellationToken cancellationToken = default) =>
        manager.Answer(inner.DownAsync(name, options, cancellationToken), "DownAsync", null);

    public Task<StackGraph> GraphAsync(string name, CancellationToken cancellationToken = default) =>
        manager.Answer(inner.GraphAsync(name, cancellationToken), "GraphAsync", null);

    public Task<StackInfo> GetAsync(string name, CancellationToken cancellationToken = default) => manager.Answer(inner.GetAsync(name, cancellationToken), "GetAsync", null);

    public Task<IReadOnlyList<StackSummary>> ListAsync(CancellationToken cancellationToken = default) =>
        manager.Answer(inner.ListAsync(cancellationToken), "ListAsync", null);
}
