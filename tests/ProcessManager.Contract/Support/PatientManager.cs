using System.Collections.Concurrent;

namespace ProcessManager.Contract;

/// <summary>
/// The manager under test, with a limit on how long any call may take, so that one that never answers fails by its name, with what is
/// known of the process. It remembers the ids that it was given, for the test to clean up.
/// </summary>
internal sealed class PatientManager(IProcessManager inner) : IProcessManager
{
    private readonly ConcurrentDictionary<ProcessId, bool> _created = new();

    public IEnumerable<ProcessId> Created => _created.Keys;

    public async Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start = true, CancellationToken cancellationToken = default)
    {
        Remember(spec.Id);
        var info = await Answer(inner.CreateAsync(spec, start, cancellationToken), "CreateAsync", spec.Id);
        Remember(info.Id);
        return info;
    }

    public IStacks Stacks => new PatientStacks(inner.Stacks, this);

    public Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default)
    {
        Remember(specs);
        return Answer(inner.StartManyAsync(specs, cancellationToken), "StartManyAsync", null);
    }

    public Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken = default) =>
        Answer(inner.StartAllAsync(selection, cancellationToken), "StartAllAsync", null);

    public Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(inner.StopAllAsync(selection, options, cancellationToken), "StopAllAsync", null);

    public void Remember(IEnumerable<ProcessSpec> specs)
    {
        foreach (var spec in specs)
        {
            Remember(spec.Id);
        }
    }

    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default) => Answer(inner.GetAsync(id, cancellationToken), "GetAsync", id);

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default) =>
        Answer(inner.ListAsync(query, cancellationToken), "ListAsync", null);

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.GetSpecAsync(id, cancellationToken), "GetSpecAsync", id);

    public Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default)
    {
        Remember(spec.Id);
        return Answer(inner.UpdateAsync(spec, ifVersion, cancellationToken), "UpdateAsync", spec.Id);
    }

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default) =>
        Answer(inner.PlanAsync(spec, cancellationToken), "PlanAsync", spec.Id);

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.StartAsync(id, cancellationToken), "StartAsync", id);

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(inner.StopAsync(id, options, cancellationToken), "StopAsync", id);

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        Answer(inner.KillAsync(id, wait, cancellationToken), "KillAsync", id);

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(inner.RestartAsync(id, options, cancellationToken), "RestartAsync", id);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        Answer(inner.SignalAsync(id, signal, tree, cancellationToken), "SignalAsync", id);

    public Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default)
    {
        if ((id ?? spec?.Id) is { } known)
        {
            Remember(known);
        }

        return Answer(inner.AttachAsync(osPid, id, spec, cancellationToken), "AttachAsync", id ?? spec?.Id);
    }

    public Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.DetachAsync(id, cancellationToken), "DetachAsync", id);

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.SuspendAsync(id, cancellationToken), "SuspendAsync", id);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.ResumeAsync(id, cancellationToken), "ResumeAsync", id);

    public Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(inner.WaitAsync(id, options, cancellationToken), "WaitAsync", id);

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(Nothing(inner.RemoveAsync(id, options, cancellationToken)), "RemoveAsync", id);

    public Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default) =>
        Answer(inner.SyncKnownAsync(scope, cancellationToken), "SyncKnownAsync", null);

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        Remember(spec.Id);
        var result = await Answer(inner.RunAsync(spec, input, cancellationToken), "RunAsync", spec.Id);
        Remember(result.Id);
        return result;
    }

    public Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default) =>
        Answer(inner.PipeAsync(pipe, input, cancellationToken), "PipeAsync", null);

    public IPools Pools => inner.Pools;

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        Answer(inner.GetResultAsync(id, wait, cancellationToken), "GetResultAsync", id);

    public Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default) =>
        Answer(Nothing(inner.WriteStdinAsync(id, data, close, cancellationToken)), "WriteStdinAsync", id);

    public Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default) =>
        Answer(Nothing(inner.ResizeTerminalAsync(id, columns, rows, cancellationToken)), "ResizeTerminalAsync", id);

    public IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken = default) =>
        inner.ReadLogsAsync(id, query, cancellationToken);

    public Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.GetRunsAsync(id, cancellationToken), "GetRunsAsync", id);

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.GetStatusAsync(id, cancellationToken), "GetStatusAsync", id);

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        Answer(inner.GetMetricsAsync(id, cancellationToken), "GetMetricsAsync", id);

    public IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken = default) =>
        inner.SubscribeAsync(query, cancellationToken);

    public Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        Answer(inner.GetNodesAsync(cancellationToken), "GetNodesAsync", null);

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default) =>
        Answer(Nothing(inner.ForgetNodeAsync(name, cancellationToken)), "ForgetNodeAsync", null);

    public Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default) =>
        Answer(inner.GetHealthAsync(cancellationToken), "GetHealthAsync", null);

    public Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default) =>
        Answer(inner.ScaleAsync(id, replicas, cancellationToken), "ScaleAsync", id);

    public ITemplates Templates => new PatientTemplates(inner.Templates, Remember);

    private void Remember(ProcessId? id)
    {
        if (id is { } known)
        {
            _created[known] = true;
        }
    }

    private static async Task<bool> Nothing(Task task)
    {
        await task;
        return true;
    }

    public async Task<T> Answer<T>(Task<T> call, string verb, ProcessId? id)
    {
        try
        {
            return await call.WaitAsync(Patience.Limit);
        }
        catch (TimeoutException late)
        {
            var of = id is { } known ? $" of {known}; it is {await Describe(known)}" : "";
            throw new TimeoutException($"No answer within {Patience.Limit.TotalSeconds} s to {verb}{of}", late);
        }
    }

    private async Task<string> Describe(ProcessId id)
    {
        try
        {
            var info = await inner.GetAsync(id, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));
            return info.ToString();
        }
        catch (Exception error) when (error is ProcessManagerException or TimeoutException)
        {
            return $"not to be read: {error.Message}";
        }
    }
}
