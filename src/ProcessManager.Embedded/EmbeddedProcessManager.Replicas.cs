namespace ProcessManager.Embedded;

/// <content>Several processes of one spec, which one id means.</content>
public sealed partial class EmbeddedProcessManager : ISingleProcesses
{
    private readonly ReplicaCalls _replicas;

    public Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start = true, CancellationToken cancellationToken = default) =>
        _replicas.CreateAsync(spec, start, cancellationToken);

    public Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        _replicas.UpdateAsync(spec, ifVersion, cancellationToken);

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default) => _replicas.PlanAsync(spec, cancellationToken);

    public Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default) => _replicas.ScaleAsync(id, replicas, cancellationToken);

    Task<ProcessSpec> ISingleProcesses.WholeSpecAsync(ProcessId id, CancellationToken cancellationToken) => Task.FromResult(Running.Find(id).State.Spec);
}
