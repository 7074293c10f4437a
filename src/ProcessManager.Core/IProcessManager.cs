namespace ProcessManager;

/// <summary>
/// Supervises processes. Data only, so that it is the same in process, over HTTP and over a cluster; one contract test suite runs over every
/// implementation. Every failure that a caller can cause is a <see cref="ProcessManagerException"/>; every member throws
/// <see cref="ErrorCode.Unavailable"/> where the manager can't be reached, and the members that name an id throw <see cref="ErrorCode.NotFound"/>
/// for one that isn't known. Cancelling a call ends the call, never what it set going.
/// </summary>
public interface IProcessManager
{
    /// <summary>
    /// Declares a process and, unless told otherwise, starts it. Answers after the first spawn's outcome.
    /// </summary>
    /// <exception cref="ProcessManagerException">
    /// InvalidSpec (nothing was created); AlreadyExists; LimitExceeded; CommandNotFound, PermissionDenied, BadWorkingDirectory, StartFailed
    /// (the record stays, Terminated with <see cref="EndReason.StartFailed"/>, or BackingOff when its policy retries).
    /// </exception>
    Task<ProcessInfo> CreateAsync(ProcessSpec spec, bool start = true, CancellationToken cancellationToken = default);

    Task<ProcessInfo> GetAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>The processes that match, by id, a page at a time.</summary>
    Task<Page<ProcessInfo>> ListAsync(ProcessQuery query, CancellationToken cancellationToken = default);

    /// <summary>The spec in force. Secrets read as <c>{"secret": true}</c>.</summary>
    Task<ProcessSpec> GetSpecAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates or updates. An equal spec changes nothing; labels, restart, stop, retention and names change in place; anything else restarts
    /// a process that is up, gracefully and once.
    /// </summary>
    /// <param name="spec">With an id.</param>
    /// <param name="ifVersion">The version that the update is meant for; Conflict when it isn't the present one. Null: whatever it is.</param>
    Task<ProcessInfo> UpdateAsync(ProcessSpec spec, long? ifVersion = null, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="UpdateAsync"/> with this spec would do.</summary>
    Task<UpdatePlan> PlanAsync(ProcessSpec spec, CancellationToken cancellationToken = default);

    /// <summary>Opens a new run. While up it changes nothing; while terminating it is kept and done once terminated. Answers like create.</summary>
    Task<ProcessInfo> StartAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Wants it down, by the stop ladder. Of two graces the least wins, at once. Answers when the order is journaled; see <see cref="StopOptions.Wait"/>.
    /// </summary>
    Task<ProcessInfo> StopAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>SIGKILL to the whole tree, at once.</summary>
    Task<ProcessInfo> KillAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default);

    /// <summary>While up: the stop ladder, then a new run; while down: a start.</summary>
    Task<ProcessInfo> RestartAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default);

    /// <exception cref="ProcessManagerException">InvalidState: it isn't up.</exception>
    Task<ProcessInfo> SignalAsync(ProcessId id, Signal signal, bool tree = false, CancellationToken cancellationToken = default);

    /// <summary>SIGSTOP to the tree.</summary>
    Task<ProcessInfo> SuspendAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>SIGCONT to the tree.</summary>
    Task<ProcessInfo> ResumeAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a process that runs already: from now on it is watched, signalled, stopped and measured like any other, and found again after the manager was away. Its tree
    /// is what descends from it. It has no output here, and it outlives the manager.
    /// </summary>
    /// <param name="osPid">The kernel's number of it.</param>
    /// <param name="id">The spec's, else a made one, when absent.</param>
    /// <param name="spec">
    /// With a command (and arguments) to start in its place, by <see cref="RestartAsync"/> and its restart policy. With an empty command, or without a spec, its command is
    /// what the kernel says, and once ended it can't be started. On a cluster <see cref="ProcessSpec.Node"/> is the machine that it runs on; the manager's own when absent.
    /// </param>
    /// <exception cref="ProcessManagerException">
    /// NotFound: no such process, or it is dead; AlreadyExists: the id is in use, or the process is managed already, or part of one that is; PermissionDenied: it can't be
    /// signalled; InvalidSpec. Nothing is left of a failed attach.
    /// </exception>
    Task<ProcessInfo> AttachAsync(int osPid, ProcessId? id = null, ProcessSpec? spec = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a process and leaves it running; answers when the id is free, with what it was. Its log is given up too: see <see cref="EventType.Detached"/> for where it goes on.
    /// </summary>
    /// <exception cref="ProcessManagerException">InvalidState: there is no child that could be left running.</exception>
    Task<ProcessInfo> DetachAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Waits until a run is where it is wanted. A run that ended long ago is answered from the record.</summary>
    /// <exception cref="ProcessManagerException">DeadlineExceeded: the timeout passed; the process is untouched.</exception>
    Task<ProcessInfo> WaitAsync(ProcessId id, WaitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Stops it, then forgets its record and its logs; answers when that is done and the id is free.</summary>
    Task RemoveAsync(ProcessId id, StopOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates and starts several processes that may depend on each other; all are checked before any is made. Answers after the outcome of each one's first spawn, or when it
    /// waits for others; what failed of it is in its outcome.
    /// </summary>
    /// <exception cref="ProcessManagerException">InvalidSpec (with the paths <c>processes[i]…</c>), DependencyCycle, DependencyMissing: nothing was made.</exception>
    Task<ManyOutcome> StartManyAsync(IReadOnlyList<ProcessSpec> specs, CancellationToken cancellationToken = default);

    /// <summary>Starts those of the selection that aren't up; commands of <see cref="RunAsync"/> only where their id is named. Answers like <see cref="StartManyAsync"/>.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: nothing is selected by; NotFound: an id.</exception>
    Task<ManyOutcome> StartAllAsync(ProcessSelection selection, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops those of the selection: who depends on others before those, at the same time where nobody depends on them, under one deadline. Answers when all have ended or
    /// the deadline has passed, with how each one stands then.
    /// </summary>
    /// <inheritdoc cref="StartAllAsync" path="/exception"/>
    Task<ManyOutcome> StopAllAsync(ProcessSelection selection, StopAllOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Processes that are declared, started and stopped together.</summary>
    IStacks Stacks { get; }

    /// <summary>Ends and forgets those of a scope that aren't in a list of known ones.</summary>
    Task<SyncOutcome> SyncKnownAsync(SyncScope scope, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a command as a one-off process and answers at the end of its main child, whoever still holds its output open. It doesn't throw on a
    /// non-zero exit (<see cref="ProcessResult.EnsureSuccess"/> does).
    /// </summary>
    /// <param name="input">Its standard input; overrides <see cref="ProcessSpec.Stdin"/> when given.</param>
    /// <exception cref="ProcessManagerException">A start error; TimedOut, IdleTimedOut (a <see cref="CommandException"/> with the partial result).</exception>
    Task<ProcessResult> RunAsync(ProcessSpec spec, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs commands each of which reads what the one before it writes, through the kernel's pipes; answers when all have ended. When one fails the others are ended; one that SIGPIPE ended
    /// after a later one succeeded hasn't failed. It doesn't throw for what a stage did (<see cref="PipeResult.EnsureSuccess"/> does).
    /// </summary>
    /// <param name="input">The first stage's standard input; overrides its <see cref="ProcessSpec.Stdin"/> when given.</param>
    /// <exception cref="ProcessManagerException">InvalidSpec (nothing was started); a start error, which names the stage.</exception>
    Task<PipeResult> PipeAsync(PipeRequest pipe, ReadOnlyMemory<byte>? input = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// What the present run of a process came to, or the last one, with the output of its last attempt; as data, also when it couldn't be started or ran out of time.
    /// </summary>
    /// <param name="wait">Answer at the end of its main child, restarts included; else one that isn't over is InvalidState.</param>
    /// <exception cref="ProcessManagerException">InvalidState: it isn't over, or never ran.</exception>
    Task<ProcessResult> GetResultAsync(ProcessId id, bool wait = false, CancellationToken cancellationToken = default);

    /// <summary>Writes to the pipe of a process with <see cref="StdinMode.Pipe"/>; answers when the child's pipe took it all.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it isn't up, has no pipe or closed it.</exception>
    Task WriteStdinAsync(ProcessId id, ReadOnlyMemory<byte> data, bool close = false, CancellationToken cancellationToken = default);

    /// <summary>Resizes the terminal of a process with <see cref="OutputMode.Terminal"/>: who is in its foreground is told by SIGWINCH.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: 1 to 65,535 columns and rows; InvalidState: it isn't up or has no terminal.</exception>
    Task ResizeTerminalAsync(ProcessId id, int columns, int rows, CancellationToken cancellationToken = default);

    /// <summary>
    /// Its output, in chunks of whole lines where possible (a last line without its end comes as it is, and so does what a terminal writes). With <see cref="LogQuery.Follow"/>
    /// it goes on until the process has ended and all is sent.
    /// </summary>
    IAsyncEnumerable<LogChunk> ReadLogsAsync(ProcessId id, LogQuery query, CancellationToken cancellationToken = default);

    /// <summary>The ends of its attempts, newest first.</summary>
    Task<IReadOnlyList<AttemptResult>> GetRunsAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>What the kernel says of the main child now.</summary>
    Task<OsStatus> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>What its tree uses now.</summary>
    /// <exception cref="ProcessManagerException">InvalidState: it isn't up.</exception>
    Task<TreeMetrics> GetMetricsAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Events as they happen, from after a cursor if one is given (else from now). A subscriber that is too slow is told how many it
    /// missed (<see cref="EventType.Missed"/>) and never holds anything up.
    /// </summary>
    IAsyncEnumerable<ProcessEvent> SubscribeAsync(EventQuery query, CancellationToken cancellationToken = default);

    /// <summary>The machines that processes run on, by name; one where the manager isn't a cluster.</summary>
    Task<IReadOnlyList<NodeInfo>> GetNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets a node that is away and doesn't come back; its name is free then.</summary>
    /// <exception cref="ProcessManagerException">
    /// NotFound: there is none of that name; InvalidState: it isn't away, or processes wait for it; NotSupported: the manager isn't a cluster.
    /// </exception>
    Task ForgetNodeAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Pools of jobs.</summary>
    IPools Pools { get; }

    Task<ManagerHealth> GetHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes how many replicas there are. More are started as the present ones are; the ones too many are stopped and removed, the highest numbers first. A process that
    /// isn't a set yet is replaced by <c>id.1</c> … <c>id.n</c>; a set stays one, also of one.
    /// </summary>
    /// <exception cref="ProcessManagerException">InvalidSpec: not from 1 to 1,000; InvalidState: it is itself a replica; what a create throws.</exception>
    Task<ProcessInfo> ScaleAsync(ProcessId id, int replicas, CancellationToken cancellationToken = default);

    /// <summary>Specs that are kept under a name, to start processes from.</summary>
    ITemplates Templates { get; }
}
