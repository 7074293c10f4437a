using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace ProcessManager.Cli.Tests;

/// <summary>A manager whose processes are what the test says. It remembers what it was asked for.</summary>
internal sealed class InMemoryManager : IProcessManager
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public SortedDictionary<string, ProcessInfo> Infos { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ProcessSpec> Specs { get; } = [];

    public Dictionary<string, List<LogChunk>> Logs { get; } = [];

    public List<AttemptResult> Runs { get; } = [];

    public List<ProcessEvent> Events { get; } = [];

    public List<NodeInfo> Nodes { get; } = [];

    public List<string> Asked { get; } = [];

    public StringBuilder Stdin { get; } = new();

    public LogQuery? LogQuery { get; private set; }

    public EventQuery? EventQuery { get; private set; }

    public Func<ProcessSpec, Task<ProcessResult>>? OnRun { get; set; }

    /// <summary>What every wait waits for.</summary>
    public Task Ending { get; set; } = Task.CompletedTask;

    public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ProcessInfo Info(string id, Phase phase = Phase.Running) => new()
    {
        Id = ProcessId.Parse(id),
        Name = id,
        Command = "sleep",
        Args = ["7 days"],
        Goal = phase is Phase.Terminated or Phase.Created ? Goal.Down : Goal.Up,
        Phase = phase,
        Run = 1,
        Attempt = 1,
        OsPid = phase == Phase.Running ? 4711 : null,
        Ready = phase == Phase.Running,
        Healthy = phase == Phase.Running,
        CreatedAt = Now,
        StartedAt = Now,
        Uptime = phase == Phase.Running ? TimeSpan.FromSeconds(75) : null,
        Version = 1,
    };

    public ProcessInfo Add(ProcessInfo info)
    {
        Infos[info.Id.Value] = info;
        Specs.TryAdd(info.Id.Value, new ProcessSpec { Id = info.Id, Command = info.Command, Args = info.Args });
        return info;
    }

    public void Log(string id, string text, LogStream stream = LogStream.Stdout)
    {
        var chunks = Logs.TryGetValue(id, out var known) ? known : Logs[id] = [];
        var bytes = Encoding.UTF8.GetBytes(text);
        chunks.Add(new LogChunk(stream, chunks.Where(chunk => chunk.Stream == stream).Sum(chunk => chunk.Bytes.Length), Now, bytes));
    }

    public Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start, CancellationToken cancellationToken)
    {
        Specs[spec.Id!.Value.Value] = spec;
        return Ask($"create {spec.Id}", Add(Info(spec.Id.Value.Value) with { Command = spec.Command, Args = spec.Args, Group = spec.Group }));
    }

    public IStacks Stacks => new InMemoryStacks(this);

    public Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options, CancellationToken cancellationToken) =>
        new([.. await Task.WhenAll(selection.Ids.Select(async id => new ProcessOutcome(id, await StopAsync(id, null, cancellationToken), null)))]);

    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken) => Task.FromResult(Known(id));

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken)
    {
        var items = Infos.Values
            .Where(info => query.Phases.Count == 0 || query.Phases.Contains(info.Phase))
            .Where(info => query.OsPid is null || query.OsPid == info.OsPid)
            .Where(info => query.Node is null || query.Node == info.Node)
            .Where(info => query.Group is null || query.Group == info.Group)
            .Where(info => query.After is null || string.CompareOrdinal(info.Id.Value, query.After) > 0)
            .ToList();
        // Small pages, so that somebody who forgets to turn them is found out.
        return Task.FromResult(new Page<ProcessInfo>([.. items.Take(2)], items.Count > 2 ? items[1].Id.Value : null));
    }

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken) => Task.FromResult(Specs[Known(id).Id.Value]);

    public Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion, CancellationToken cancellationToken) =>
        Ask($"update {spec.Id}", Known(spec.Id!.Value));

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken) =>
        Task.FromResult(Infos.ContainsKey(spec.Id!.Value.Value) ? new UpdatePlan(UpdateEffect.Restart, ["args"]) : new UpdatePlan(UpdateEffect.Create, []));

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken) => Ask($"start {id}", Known(id));

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options, CancellationToken cancellationToken)
    {
        var info = Known(id);
        Stopped.TrySetResult();
        return Ask($"stop {id} grace {options?.Grace} wait {options?.Wait}", info);
    }

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait, CancellationToken cancellationToken) => Ask($"kill {id}", Known(id));

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options, CancellationToken cancellationToken) => Ask($"restart {id}", Known(id));

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree, CancellationToken cancellationToken) =>
        Ask($"signal {id} {signal} tree {tree}", Known(id));

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken) => Ask($"suspend {id}", Known(id));

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken) => Ask($"resume {id}", Known(id));

    public Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id, ProcessSpec? spec, CancellationToken cancellationToken) =>
        Ask($"attach {osPid} {id} {spec?.Command} {spec?.Node}", Add(Info(id?.Value ?? "attached") with { OsPid = osPid, Attached = true }));

    public Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken) => Ask($"detach {id}", Known(id));

    public async Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options, CancellationToken cancellationToken)
    {
        var info = Known(id);
        if (options is { Timeout: { } timeout })
        {
            throw new ProcessManagerException(ErrorCode.DeadlineExceeded, $"\"{id}\" is not there after {timeout}.");
        }

        if (options?.For is not WaitFor.Ready)
        {
            await Ending.WaitAsync(cancellationToken);
        }

        return Infos.GetValueOrDefault(id.Value) ?? info;
    }

    public Task RemoveAsync(ProcessId id, StopOptions? options, CancellationToken cancellationToken)
    {
        Infos.Remove(Known(id).Id.Value);
        return Task.CompletedTask;
    }

    public Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input, CancellationToken cancellationToken)
    {
        Specs[spec.Id!.Value.Value] = spec;
        return await OnRun!(spec);
    }

    public Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IPools Pools => throw new NotSupportedException();

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close, CancellationToken cancellationToken)
    {
        Known(id);
        Stdin.Append(Encoding.UTF8.GetString(data.Span)).Append(close ? "<end>" : "");
        return Task.CompletedTask;
    }

    public Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken)
    {
        Known(id);
        Resized = new TerminalSize(columns, rows);
        return Task.CompletedTask;
    }

    /// <summary>What a terminal was last told to be.</summary>
    public TerminalSize? Resized { get; private set; }

    public async IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Known(id);
        LogQuery = query;
        var chunks = Logs.GetValueOrDefault(id.Value) ?? [];
        foreach (var chunk in chunks.Where(chunk => (query.Stream ?? chunk.Stream) == chunk.Stream && chunk.Offset >= (query.Offset ?? 0)).ToList())
        {
            yield return chunk;
        }

        if (query.Follow)
        {
            await Ending.WaitAsync(cancellationToken);
        }
    }

    public Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AttemptResult>>([.. Runs]);

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EventQuery = query;
        foreach (var happened in Events.ToList())
        {
            yield return happened;
        }

        if (query.Follow)
        {
            await Channel.CreateUnbounded<ProcessEvent>().Reader.ReadAsync(cancellationToken);
        }
    }

    public Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NodeInfo>>([.. Nodes]);

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken) => Nodes.RemoveAll(node => node.Name == name) > 0
        ? Task.CompletedTask
        : Task.FromException(new ProcessManagerException(ErrorCode.NotFound, $"There is no node \"{name}\"."));

    public Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ITemplates Templates => throw new NotSupportedException();

    public Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken) => Task.FromResult(new ManagerHealth
    {
        Ready = true,
        Total = Infos.Count,
        Running = 0,
        Terminating = 0,
        Failed = 0,
        QueueDepth = 0,
        Version = "1",
    });

    private Task<ProcessInfo> Ask(string what, ProcessInfo info)
    {
        lock (Asked)
        {
            Asked.Add(what);
        }

        return Task.FromResult(info);
    }

    private ProcessInfo Known(ProcessId id) =>
        Infos.GetValueOrDefault(id.Value) ?? throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process \"{id}\".");
}
