namespace ProcessManager;

/// <summary>
/// What is to run, and how: everything a user says about a managed process. Immutable; valid once its rules has passed it.
/// Equal specs are equal by value, so that an update with an equal one changes nothing.
/// </summary>
public sealed record ProcessSpec
{
    /// <summary>The process' identity; made (32 hex digits) when absent.</summary>
    public ProcessId? Id { get; init; }

    /// <summary>For people; the id when absent.</summary>
    public string? Name { get; init; }

    /// <summary>Selects processes; names and values of at most 256 characters, at most 64 of them.</summary>
    public ValueMap<string> Labels { get; init; } = [];

    /// <summary>Selects processes; a file's processes share the file's <c>name</c> as group.</summary>
    public string? Group { get; init; }

    /// <summary>The executable: a path, or a name looked up in the child's PATH; with <see cref="Shell"/> a line for <c>/bin/sh -c</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Passed exactly as they are; with <see cref="Shell"/> they are $1, $2 and so on.</summary>
    public ValueList<string> Args { get; init; } = [];

    /// <summary>Whether <see cref="Command"/> is a shell line. Never implied.</summary>
    public bool Shell { get; init; }

    /// <summary>Must exist at the start. Absent: the host's default (library: the app's; API: <c>/</c>).</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Set in the child; a null value removes an inherited one.</summary>
    public ValueMap<EnvironmentValue?> Environment { get; init; } = [];

    /// <summary>
    /// A file of variables (<c>NAME=value</c> lines), read at each start on the machine that it starts on, relative to the working directory. What
    /// <see cref="Environment"/> says wins over it.
    /// </summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>What the child inherits from the manager. Absent: the host's default.</summary>
    public EnvironmentInheritance? InheritEnvironment { get; init; }

    /// <summary>User name or number to run as; the manager's when absent. Changing it needs root.</summary>
    public string? User { get; init; }

    /// <summary>OS group, name or number; the user's primary group when absent.</summary>
    public string? OsGroup { get; init; }

    /// <summary>Names or numbers; the user's own groups when absent.</summary>
    public ValueList<string>? SupplementaryGroups { get; init; }

    /// <summary>File mode mask, 0 to 0o777, written in octal (<c>"022"</c>).</summary>
    public int? Umask { get; init; }

    /// <summary>-20 (first) to 19 (last).</summary>
    public int? Nice { get; init; }

    /// <summary>Numbers of the CPUs that the child may use.</summary>
    public ValueList<int>? CpuAffinity { get; init; }

    /// <summary>Soft and hard limits by name, as in setrlimit(2).</summary>
    public ValueMap<ResourceLimit> Limits { get; init; } = [];

    /// <summary>PR_SET_NO_NEW_PRIVS: set-uid bits have no effect for the child.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>What the tree may use; enforced where a control group can be had.</summary>
    public ResourceSpec Resources { get; init; } = ResourceSpec.None;

    public StdinSpec Stdin { get; init; } = new();

    public OutputSpec Output { get; init; } = new();

    /// <summary>Whether the child outlives its manager. Absent: the host's default (daemon Keep, library and foreground WithManager).</summary>
    public Lifetime? Lifetime { get; init; }

    /// <summary>What holds where the spec doesn't say: a terminal ends with the manager, which is at its other end.</summary>
    public Lifetime LifetimeOr(Lifetime otherwise) => Lifetime ?? (Output.Mode == OutputMode.Terminal ? ProcessManager.Lifetime.WithManager : otherwise);

    /// <summary>The longest an attempt may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The longest an attempt may write nothing.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What it is asked to tell whether it lives and serves.</summary>
    public HealthSpec? Health { get; init; }

    /// <summary>What makes it ready. Absent: its startup and readiness probes where it has them, else that it runs.</summary>
    public ReadySpec? Ready { get; init; }

    /// <summary>Once it is ready it says that it lives (<c>WATCHDOG=1</c>, sd_notify) at least this often, or it ends as <see cref="EndReason.WatchdogExpired"/>.</summary>
    public TimeSpan? Watchdog { get; init; }

    public StopSpec Stop { get; init; } = new();

    public RestartPolicy Restart { get; init; } = new();

    /// <summary>Processes that a run waits for before it starts: of a run that somebody asked for, not of each attempt.</summary>
    public ValueList<Dependency> DependsOn { get; init; } = [];

    /// <summary>When it is started by itself; its creation doesn't start it then.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Commands run beside it when something happens to it.</summary>
    public HooksSpec? Hooks { get; init; }

    /// <summary>The only node that it may run on; any that fits when absent.</summary>
    public string? Node { get; init; }

    /// <summary>Labels that its node must have, all of them.</summary>
    public ValueMap<string> NodeLabels { get; init; } = [];

    /// <summary>What becomes of it when its node can't be reached any more.</summary>
    public OnNodeLost OnNodeLost { get; init; }

    /// <summary>How long ended runs, logs and the records of one-off processes are kept after their end. 10 h by default.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(10);

    /// <summary>
    /// How many there are to be of it. 1: the process has the id itself; more: <c>id.1</c> to <c>id.n</c>, and the id means all of them.
    /// </summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Which of several it is, from 1, as its id ends; the manager says that.</summary>
    public int? Replica { get; init; }

    /// <summary>
    /// The pattern that fields were filled in from. Setting it alone fills in nothing: <see cref="ProcessPatterns"/> makes such specs, and the reader of YAML and JSON.
    /// </summary>
    public ProcessPattern? Pattern { get; init; }
}

/// <summary>Whether a child outlives its manager.</summary>
public enum Lifetime
{
    /// <summary>It outlives the manager and is adopted by the next one on the same data directory.</summary>
    Keep,

    /// <summary>It ends with the manager, also when the manager is killed: a guard apart from it sees to that.</summary>
    WithManager,
}

/// <summary>What becomes of a process whose node can't be reached any more.</summary>
public enum OnNodeLost
{
    /// <summary>Its run goes on when the node is back: a second copy is never started.</summary>
    Wait,

    /// <summary>Its run ends with <see cref="EndReason.NodeLost"/> and isn't started again by its policy.</summary>
    Fail,
}

/// <summary>A value in the child's environment. A secret one is never shown; it reads as <c>{"secret": true}</c>.</summary>
/// <param name="Text">The value; null for a secret that was read back, which means "unchanged" in an update.</param>
public sealed record EnvironmentValue(string? Text, bool Secret = false)
{
    public static implicit operator EnvironmentValue(string text) => new(text);

    public override string ToString() => Secret ? "(secret)" : Text ?? "";
}

/// <summary>What of the manager's environment a child inherits: all, none, or the names given.</summary>
public sealed record EnvironmentInheritance
{
    public static readonly EnvironmentInheritance All = new() { Everything = true };

    public static readonly EnvironmentInheritance None = new();

    public bool Everything { get; init; }

    /// <summary>Names; one that ends in <c>*</c> is a prefix.</summary>
    public ValueList<string> Names { get; init; } = [];
}

/// <summary>A limit of setrlimit(2); null is unlimited. Bytes, seconds or a count, as the limit has it.</summary>
public sealed record ResourceLimit(long? Soft, long? Hard);

public enum StdinMode
{
    /// <summary>/dev/null.</summary>
    None,

    /// <summary><see cref="StdinSpec.Text"/>, then end of file.</summary>
    Text,

    /// <summary>The file at <see cref="StdinSpec.Path"/>.</summary>
    File,

    /// <summary>Written through the API until closed. With <see cref="Lifetime.Keep"/> the child sees end of file when the manager goes.</summary>
    Pipe,
}

public sealed record StdinSpec
{
    public StdinMode Mode { get; init; }

    public string? Text { get; init; }

    public string? Path { get; init; }
}

public enum OutputMode
{
    /// <summary>One log file for stdout, one for stderr.</summary>
    Split,

    /// <summary>One log file for both, in the order written.</summary>
    Merged,

    /// <summary>Both go to /dev/null.</summary>
    Discard,

    /// <summary>As <see cref="Split"/>, but through pipes that the manager reads: for programs that truncate what they think is their own file.</summary>
    Pipe,

    /// <summary>
    /// A terminal, which is its standard input too; what is written to it is in stdout's log. Ends with the manager:
    /// <see cref="Lifetime.WithManager"/> is implied.
    /// </summary>
    Terminal,
}

/// <summary>The size of a terminal, 1 to 65,535 each.</summary>
public sealed record TerminalSize(int Columns, int Rows)
{
    public static readonly TerminalSize Usual = new(80, 24);

    /// <exception cref="ProcessManagerException">InvalidSpec: it is no size.</exception>
    public static TerminalSize Of(int columns, int rows)
    {
        var size = new TerminalSize(columns, rows);
        return StdioRules.SizeProblem(size) is { } problem ? throw ProcessManagerException.Invalid([new Fault("", problem)]) : size;
    }
}

public sealed record OutputSpec
{
    public OutputMode Mode { get; init; }

    /// <summary>Bytes on disk that each stream's log may take; older output is freed. 64 MiB by default, at least 24 MiB.</summary>
    public long Budget { get; init; } = 64L << 20;

    /// <summary>Whether its output is shown on the manager's own standard output and error too.</summary>
    public bool Echo { get; init; }

    /// <summary>Of a terminal when it begins; 80 columns and 24 rows when absent.</summary>
    public TerminalSize? Size { get; init; }
}

public enum KillMode
{
    /// <summary>The whole tree is told and ended.</summary>
    Tree,

    /// <summary>Only the main child; what it started is left behind and listed.</summary>
    Process,
}

/// <summary>The stop ladder: the command if any, then the signal, then SIGKILL to what is left after the grace.</summary>
public sealed record StopSpec
{
    public Signal Signal { get; init; } = Signal.Term;

    /// <summary>From the order to stop to SIGKILL; 0 is SIGKILL at once.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A shell line run first, as the process' user, in its directory and environment, with PROCMAN_OSPID.</summary>
    public string? Command { get; init; }

    public KillMode KillMode { get; init; }
}
