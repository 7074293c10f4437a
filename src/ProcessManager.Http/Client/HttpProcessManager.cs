using System.Net.Http.Headers;

namespace ProcessManager.Http;

/// <summary>
/// A manager in another process, over HTTP. Gets, wait, stop, kill and remove are asked again for up to ten seconds when a connection breaks, as they are safe
/// to repeat; everything else then fails with <see cref="ErrorCode.Unavailable"/>, and may or may not have been done. Events go on without
/// loss or repetition, and so does a followed log.
/// </summary>
public sealed partial class HttpProcessManager : IProcessManager, IDisposable
{
    /// <summary>Of standard input, in one request; the server takes 16 MiB.</summary>
    private const int InputPart = 8 << 20;

    private readonly Connection _connection;
    private readonly Openings _openings = new();
    private readonly Asking _asking;

    /// <summary>Connects with the first question.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: the options.</exception>
    public HttpProcessManager(ClientOptions options)
    {
        _connection = new Connection(options);
        _asking = new Asking(_connection, _openings);
        Pools = new HttpPools(_asking);
    }

    /// <inheritdoc cref="HttpProcessManager(ClientOptions)"/>
    public HttpProcessManager(string socketPath)
        : this(new ClientOptions { SocketPath = socketPath })
    {
    }

    /// <inheritdoc cref="HttpProcessManager(ClientOptions)"/>
    public HttpProcessManager(Uri address, string token)
        : this(new ClientOptions { Address = address, Token = token })
    {
    }

    public IPools Pools { get; }

    public void Dispose() => _connection.Dispose();

    public Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start = true, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(new HttpRequestMessage(HttpMethod.Post, start ? "/v1/processes" : "/v1/processes?start=false") { Content = Request.Json(spec) }, cancellationToken);

    public Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        RepeatAsync<ProcessInfo>(() => Request.Get(Request.Of(id)), cancellationToken);

    public Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default) =>
        RepeatAsync<Page<ProcessInfo>>(
            () => Request.Get("/v1/processes",
            [
                ("phase", query.Phases.Count == 0 ? null : string.Join(',', query.Phases.Select(Spelling.Of))),
                ("goal", query.Goal is { } goal ? Spelling.Of(goal) : null),
                .. Request.Labels(query.Labels),
                ("group", query.Group),
                ("name", query.Name),
                Request.Number("osPid", query.OsPid),
                ("pool", query.Pool),
                ("node", query.Node),
                Request.Number("limit", query.Limit),
                ("after", query.After),
                Request.Flag("metrics", query.WithMetrics),
            ]),
            cancellationToken);

    public Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        RepeatAsync<ProcessSpec>(() => Request.Get(Request.Of(id, "spec")), cancellationToken);

    public Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Request.Of(IdOf(spec))) { Content = Request.Json(spec) };
        if (ifVersion is { } version)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        }

        return OnceAsync<ProcessInfo>(request, cancellationToken);
    }

    public Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default) =>
        RepeatAsync<UpdatePlan>(() => Request.Post(Request.Of(IdOf(spec), "plan"), spec), cancellationToken);

    public Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "start")), cancellationToken);

    public Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        RepeatAsync<ProcessInfo>(
            () => Request.Post(Request.Of(id, "stop"), new StopOptions { Grace = options?.Grace }, Request.Flag("wait", options?.Wait == true)), cancellationToken);

    public Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        RepeatAsync<ProcessInfo>(() => Request.Post(Request.Of(id, "kill"), Request.Flag("wait", wait)), cancellationToken);

    public Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(
            Request.Post(Request.Of(id, "restart"), new StopOptions { Grace = options?.Grace }, Request.Flag("wait", options?.Wait == true)), cancellationToken);

    public Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "signal"), new SignalRequest(signal, tree)), cancellationToken);

    public Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "scale"), new ScaleRequest(replicas)), cancellationToken);

    public Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "suspend")), cancellationToken);

    public Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "resume")), cancellationToken);

    public Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default) => OnceAsync<ProcessInfo>(
        Request.Post("/v1/attach", new AttachRequest(osPid, id is null ? spec : (spec ?? new ProcessSpec { Command = "" }) with { Id = id })), cancellationToken);

    public Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessInfo>(Request.Post(Request.Of(id, "detach")), cancellationToken);

    public async Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        var wanted = options ?? new WaitOptions();
        // Asked again it must still be the run that was meant now, also when another one was started meanwhile.
        var run = wanted.Run ?? (await GetAsync(id, cancellationToken)).Run;
        return await Persistence.AskAsync(
            again => SendAsync<ProcessInfo>(Request.Post(Request.Of(id, "wait"), Ask(again)), cancellationToken), cancellationToken);

        WaitOptions Ask(bool again) => !again
            ? wanted
            : wanted with { Run = run > 0 ? run : null, Timeout = wanted.Timeout is { } timeout ? Left(timeout) : null };

        TimeSpan Left(TimeSpan timeout) => TimeSpan.FromTicks(Math.Max((timeout - time.GetElapsedTime(began)).Ticks, TimeSpan.TicksPerMillisecond));
    }

    public Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default) => Persistence.AskAsync(
        async again =>
        {
            try
            {
                return await DoneAsync(Request.Delete(Request.Of(id), ("grace", options?.Grace is { } grace ? Durations.Format(grace) : null)), cancellationToken);
            }
            catch (ProcessManagerException gone) when (again && gone.Code == ErrorCode.NotFound)
            {
                // The first time of asking did it; only its answer was lost.
                return true;
            }
        },
        cancellationToken);

    public Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default) =>
        OnceAsync<SyncOutcome>(Request.Post("/v1/sync", new SyncBody(scope.Group, scope.Labels, scope.Known)), cancellationToken);

    public Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default) =>
        OnceAsync<ProcessResult>(Request.Post("/v1/run", new RunRequest(spec, input)), cancellationToken);

    public Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default) =>
        OnceAsync<PipeResult>(Request.Post("/v1/pipe", new PipeBody(pipe, input)), cancellationToken);

    public Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default) =>
        RepeatAsync<ProcessResult>(() => Request.Get(Request.Of(id, "result"), Request.Flag("wait", wait)), cancellationToken);

    public async Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default)
    {
        do
        {
            var part = data[..Math.Min(data.Length, InputPart)];
            data = data[part.Length..];
            var content = new ReadOnlyMemoryContent(part);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var request = new HttpRequestMessage(HttpMethod.Post, Request.Of(id, close && data.IsEmpty ? "stdin?close=true" : "stdin")) { Content = content };
            await DoneAsync(request, cancellationToken);
        }
        while (!data.IsEmpty);
    }

    public async Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default) =>
        await DoneAsync(Request.Post(Request.Of(id, "resize"), new TerminalSize(columns, rows)), cancellationToken);

    public async Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await RepeatAsync<AttemptResult[]>(() => Request.Get(Request.Of(id, "runs")), cancellationToken);

    public Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        RepeatAsync<OsStatus>(() => Request.Get(Request.Of(id, "status")), cancellationToken);

    public Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        RepeatAsync<TreeMetrics>(() => Request.Get(Request.Of(id, "metrics")), cancellationToken);

    public async Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        await RepeatAsync<NodeInfo[]>(() => Request.Get("/v1/nodes"), cancellationToken);

    public Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default) =>
        DoneAsync(Request.Delete($"/v1/nodes/{Uri.EscapeDataString(name)}"), cancellationToken);

    public Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default) =>
        RepeatAsync<ManagerHealth>(() => Request.Get("/v1/health"), cancellationToken);

    private static ProcessId IdOf(ProcessSpec spec) =>
        spec.Id ?? throw ProcessManagerException.Invalid([new Fault("id", "is needed to say which process is meant")]);

    private Task<T> OnceAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken) => _asking.OnceAsync<T>(request, cancellationToken);

    private Task<T> RepeatAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken) => _asking.RepeatAsync<T>(request, cancellationToken);

    private Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken) => _asking.OnceAsync<T>(request, cancellationToken);

    private Task<bool> DoneAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _asking.DoneAsync(request, cancellationToken);
}
