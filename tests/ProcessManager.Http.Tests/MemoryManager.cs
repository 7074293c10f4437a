using System.Runtime.CompilerServices;
using System.Text;

namespace ProcessManager.Http.Tests;

/// <summary>
/// A manager without children, for what is HTTP's alone. A process is up when it was told to be; <c>missing</c> isn't found, <c>bug</c> throws what no manager
/// should, <c>slow</c> runs past its timeout, <c>forever</c> runs until it is cancelled, and <c>cat</c> answers its input.
/// </summary>
internal sealed class MemoryManager : IProcessManager
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<ProcessEvent> _events = [];
    private TaskCompletionSource _changed = New();

    public List<string> Orders { get; } = [];

    public bool Ready { get; set; } = true;

    public int Following { get; private set; }

    public int Cancelled { get; private set; }

    public byte[] Stdin { get; private set; } = [];

    public Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start = true, CancellationToken cancellationToken = default)
    {
        switch (spec.Command)
        {
            case "missing":
                throw new ProcessManagerException(ErrorCode.CommandNotFound, "missing was not found in PATH.");
            case "bug":
                throw new InvalidOperationException("a secret detail");
        }

        lock (_gate)
        {
            var id = spec.Id ?? ProcessId.New();
            if (_entries.ContainsKey(id.Value))
            {
                throw new ProcessManagerException(ErrorCode.AlreadyExists, $"{id} is in use.");
            }

            _entries[id.Value] = new Entry(spec with { Id = id }, InfoOf(spec with { Id = id }));
            Tell(EventType.Created, id);
            return Task.FromResult(start ? Up(id) : _entries[id.Value].Info);
        }
    }

    public IStacks Stacks => throw new NotSupportedException();

    public Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(Find(id).Info);
        }
    }

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var all = _entries.Values.Select(entry => entry.Info)
                .Where(info => query.Phases.Count == 0 || query.Phases.Contains(info.Phase))
                .Where(info => query.Goal is null || info.Goal == query.Goal)
                .Where(info => query.Group is null || info.Group == query.Group)
                .Where(info => query.Name is null || info.Name == query.Name)
                .Where(info => query.OsPid is null || info.OsPid == query.OsPid)
                .Where(info => query.Labels.All(label => info.Labels.TryGetValue(label.Key, out var value) && (label.Value is null || label.Value == value)))
                .Where(info => query.After is null || string.CompareOrdinal(info.Id.Value, query.After) > 0)
                .Take(query.Limit + 1)
                .Select(info => query.WithMetrics ? info with { Metrics = Metrics } : info)
                .ToList();
            return Task.FromResult(all.Count > query.Limit
                ? new Page<ProcessInfo>(all[..query.Limit], all[query.Limit - 1].Id.Value)
                : new Page<ProcessInfo>(all, null));
        }
    }

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(Find(id).Spec);
        }
    }

    public async Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(spec.Id!.Value.Value, out var entry))
            {
                if (ifVersion is not null && ifVersion != entry.Info.Version)
                {
                    throw new ProcessManagerException(ErrorCode.Conflict, $"The version is {entry.Info.Version}, not {ifVersion}.");
                }

                entry.Spec = spec;
                return Change(spec.Id.Value, info => info with { Labels = spec.Labels, Group = spec.Group });
            }
        }

        return await CreateAsync(spec, true, cancellationToken);
    }

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default) =>
        Task.FromResult(_entries.ContainsKey(spec.Id!.Value.Value) ? new UpdatePlan(UpdateEffect.Restart, ["command"]) : new UpdatePlan(UpdateEffect.Create, []));

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) => Order("start", id, () => Up(id));

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        Order($"stop {options?.Grace} {options?.Wait}", id, () => Down(id, EndReason.Stopped));

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        Order($"kill {wait}", id, () => Down(id, EndReason.Killed));

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        Order($"restart {options?.Grace}", id, () => Up(id));

    public Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default) =>
        Task.FromException<ProcessInfo>(new ProcessManagerException(ErrorCode.NotFound, $"There is no living process {osPid}."));

    public Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) => Order("detach", id, () => Find(id).Info);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        Order($"signal {signal} {tree}", id, () => Find(id).Info.Phase == Phase.Running
            ? Find(id).Info
            : throw new ProcessManagerException(ErrorCode.InvalidState, $"{id} is {Find(id).Info.Phase}."));

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) => Order("suspend", id, () => Find(id).Info);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) => Order("resume", id, () => Find(id).Info);

    public async Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options?.Timeout is { } timeout)
        {
            end.CancelAfter(timeout);
        }

        lock (_gate)
        {
            Orders.Add($"wait {options?.For} {options?.Run}".Trim());
            Pulse();
        }

        try
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    var info = Find(id).Info;
                    if (options?.For == WaitFor.Ready ? info.Phase == Phase.Running : info.Phase is Phase.Terminated or Phase.Created)
                    {
                        return info;
                    }

                    changed = _changed.Task;
                }

                await changed.WaitAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProcessManagerException(ErrorCode.DeadlineExceeded, $"{id} didn't get there in {options?.Timeout}.");
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                Cancelled++;
                Pulse();
            }

            throw;
        }
    }

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) => Order($"remove {options?.Grace}", id, () =>
    {
        var info = Down(id, EndReason.Stopped);
        _entries.Remove(id.Value);
        Tell(EventType.Removed, id);
        return info;
    });

    public Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var all = _entries.Values.Select(entry => entry.Info).Where(info => info.Group == scope.Group).Select(info => info.Id).ToList();
            return Task.FromResult(new SyncOutcome([.. all.Where(scope.Known.Contains)], [.. all.Where(id => !scope.Known.Contains(id))]));
        }
    }

    public async Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default)
    {
        var result = new ProcessResult
        {
            Id = spec.Id ?? ProcessId.New(),
            ExitCode = 0,
            Reason = EndReason.Completed,
            Output = Encoding.UTF8.GetString(input.GetValueOrDefault().Span),
            ErrorOutput = "",
            Attempts = 1,
            EndedAt = DateTimeOffset.UnixEpoch,
            CommandLine = spec.Command,
        };
        switch (spec.Command)
        {
            case "slow":
                throw new CommandException(ErrorCode.TimedOut, result with { Reason = EndReason.TimedOut, ExitCode = null, Output = "so far" });
            case "forever":
                lock (_gate)
                {
                    Following++;
                    Pulse();
                }

                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    lock (_gate)
                    {
                        Following--;
                        Pulse();
                    }
                }

                break;
        }

        return result;
    }

    public Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IPools Pools => throw new NotSupportedException();

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Find(id);
            Orders.Add($"resize {columns} {rows}");
            return Task.CompletedTask;
        }
    }

    public Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Find(id);
            Stdin = [.. Stdin, .. data.ToArray()];
            Orders.Add($"stdin {data.Length} {close}");
            return Task.CompletedTask;
        }
    }

    public async IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Following++;
            Pulse();
        }

        try
        {
            var sent = 0;
            while (true)
            {
                LogChunk[] chunks;
                bool ended;
                Task changed;
                lock (_gate)
                {
                    var entry = Find(id);
                    chunks = [.. entry.Log.Skip(sent)];
                    ended = !query.Follow || entry.Info.Phase != Phase.Running;
                    changed = _changed.Task;
                }

                sent += chunks.Length;
                foreach (var chunk in chunks.Where(chunk => Wanted(chunk, query)))
                {
                    yield return chunk;
                }

                if (ended)
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            lock (_gate)
            {
                Following--;
                Pulse();
            }
        }
    }

    public Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Find(id);
            return Task.FromResult<IReadOnlyList<AttemptResult>>(
                [new AttemptResult { Run = 1, Attempt = 1, Reason = EndReason.Signaled, Signal = Signal.Kill, ExitCode = 137, EndedAt = DateTimeOffset.UnixEpoch }]);
        }
    }

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Find(id);
            return Task.FromResult(new OsStatus { State = OsState.DiskSleep, OsPid = 4, Uids = [0, 0, 0, 0] });
        }
    }

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Find(id).Info.Phase == Phase.Running
                ? Task.FromResult(Metrics)
                : throw new ProcessManagerException(ErrorCode.InvalidState, $"{id} is {Find(id).Info.Phase}.");
        }
    }

    public async IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int next;
        lock (_gate)
        {
            next = query.After switch
            {
                null => _events.Count,
                "" => 0,
                _ when int.TryParse(query.After, out var cursor) => cursor,
                _ => throw ProcessManagerException.Invalid([new Fault("after", "is no cursor")]),
            };
        }

        while (true)
        {
            ProcessEvent[] events;
            Task changed;
            lock (_gate)
            {
                events = [.. _events.Skip(next)];
                changed = _changed.Task;
            }

            next += events.Length;
            foreach (var happened in events.Where(e => query.Types.Count == 0 || query.Types.Contains(e.Type)).Where(e => query.Ids.Count == 0 || query.Ids.Contains(e.Id!.Value)))
            {
                yield return happened;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<NodeInfo>>([new NodeInfo { Name = "n1", State = NodeState.Live, Since = DateTimeOffset.UnixEpoch, Cpus = 2, Labels = [new("disk", "fast")] }]);

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromException(new ProcessManagerException(ErrorCode.InvalidState, $"The node \"{name}\" is Live."));

    public Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ITemplates Templates => throw new NotSupportedException();

    public Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(new ManagerHealth
    {
        Ready = Ready,
        Total = _entries.Count,
        Running = 1,
        Terminating = 0,
        Failed = 0,
        QueueDepth = 3,
        Problems = Ready ? [] : ["The disk is full."],
        Version = "test",
    });

    /// <summary>Output of a process.</summary>
    public void Write(ProcessId id, byte[] bytes, LogStream stream = LogStream.Stdout)
    {
        lock (_gate)
        {
            var log = Find(id).Log;
            var offset = log.Where(chunk => chunk.Stream == stream).Sum(chunk => chunk.Bytes.Length);
            log.Add(new LogChunk(stream, offset, TimeProvider.System.GetUtcNow(), bytes));
            Pulse();
        }
    }

    public void Write(ProcessId id, string text, LogStream stream = LogStream.Stdout) => Write(id, Encoding.UTF8.GetBytes(text), stream);

    public void Happen(ProcessId id, EventType type)
    {
        lock (_gate)
        {
            Tell(type, id);
        }
    }

    public async Task UntilAsync(Func<MemoryManager, bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (reached(this))
                {
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"Waited for {what}. Orders: {string.Join("; ", Orders)}. Following: {Following}. Cancelled: {Cancelled}.", late);
            }
        }
    }

    private static TreeMetrics Metrics => new()
    {
        CpuPercent = 50,
        CpuSeconds = 1.5,
        MemoryBytes = 4096,
        ReadBytes = 0,
        WrittenBytes = 0,
        Threads = 1,
        Children = 0,
        SampledAt = DateTimeOffset.UnixEpoch,
    };

    private static bool Wanted(LogChunk chunk, LogQuery query) =>
        (query.Stream is null || chunk.Stream == query.Stream) && (query.Offset ?? 0) < chunk.Offset + chunk.Bytes.Length && (query.Since is null || chunk.Time >= query.Since);

    private static ProcessInfo InfoOf(ProcessSpec spec) => new()
    {
        Id = spec.Id!.Value,
        Name = spec.Name ?? spec.Id.Value.Value,
        Group = spec.Group,
        Labels = spec.Labels,
        Command = spec.Command,
        Args = spec.Args,
        Goal = Goal.Down,
        Phase = Phase.Created,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Version = 1,
    };

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<ProcessInfo> Order(string what, ProcessId id, Func<ProcessInfo> take)
    {
        lock (_gate)
        {
            Find(id);
            Orders.Add(what.Trim());
            return Task.FromResult(take());
        }
    }

    private ProcessInfo Up(ProcessId id)
    {
        Tell(EventType.Started, id);
        return Change(id, info => info with { Goal = Goal.Up, Phase = Phase.Running, Run = info.Run + 1, Attempt = 1, OsPid = 4, StartedAt = DateTimeOffset.UnixEpoch });
    }

    private ProcessInfo Down(ProcessId id, EndReason reason)
    {
        Tell(EventType.Stopped, id);
        return Change(id, info => info with { Goal = Goal.Down, Phase = Phase.Terminated, OsPid = null, Reason = reason });
    }

    private ProcessInfo Change(ProcessId id, Func<ProcessInfo, ProcessInfo> change)
    {
        var entry = Find(id);
        entry.Info = change(entry.Info) with { Version = entry.Info.Version + 1 };
        Pulse();
        return entry.Info;
    }

    private Entry Find(ProcessId id) =>
        _entries.TryGetValue(id.Value, out var entry) ? entry : throw new ProcessManagerException(ErrorCode.NotFound, $"There is no process {id}.");

    private void Tell(EventType type, ProcessId id)
    {
        _events.Add(new ProcessEvent { Cursor = (_events.Count + 1).ToString(), Time = TimeProvider.System.GetUtcNow(), Type = type, Id = id });
        Pulse();
    }

    private void Pulse()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    private sealed class Entry(ProcessSpec spec, ProcessInfo info)
    {
        public ProcessSpec Spec { get; set; } = spec;

        public ProcessInfo Info { get; set; } = info;

        public List<LogChunk> Log { get; } = [];
    }
}
