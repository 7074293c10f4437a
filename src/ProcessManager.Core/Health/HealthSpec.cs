using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>What a process is asked to tell whether it lives and serves. Each probe is optional; one probe written alone is the readiness probe.</summary>
public sealed record HealthSpec
{
    /// <summary>Holds back the others until it has passed; past its threshold the attempt ends as <see cref="EndReason.Unhealthy"/>.</summary>
    public ProbeSpec? Startup { get; init; }

    /// <summary>Past its threshold the attempt ends as <see cref="EndReason.Unhealthy"/>.</summary>
    public ProbeSpec? Liveness { get; init; }

    /// <summary>Never ends a process: one that doesn't pass it isn't ready.</summary>
    public ProbeSpec? Readiness { get; init; }

    public ProbeSpec? Of(ProbeKind probe) => probe switch
    {
        ProbeKind.Startup => Startup,
        ProbeKind.Liveness => Liveness,
        ProbeKind.Readiness => Readiness,
        _ => throw new System.Diagnostics.UnreachableException($"probe {probe}"),
    };
}

/// <summary>One question, and how often and how patiently it is asked.</summary>
public sealed record ProbeSpec
{
    public required ProbeTarget Target { get; init; }

    /// <summary>From the child's start to the first time that it is asked.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>Between two times. Until it passes for the first time it is asked faster: after 50 ms, then doubling up to this.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>No answer within this is a failure.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many in a row, and it passes.</summary>
    public int SuccessThreshold { get; init; } = 1;

    /// <summary>So many in a row, and it fails. Before it passed for the first time it fails when it hasn't for this × <see cref="Interval"/>.</summary>
    public int FailureThreshold { get; init; } = 3;
}

/// <summary>Whom a probe asks.</summary>
[JsonDerivedType(typeof(Http), "http")]
[JsonDerivedType(typeof(Tcp), "tcp")]
[JsonDerivedType(typeof(Command), "command")]
public abstract record ProbeTarget
{
    private ProbeTarget()
    {
    }

    /// <summary>An HTTP request. Redirects are not followed, no proxy is used, at most 64 KiB of the body are looked at.</summary>
    /// <param name="Url">Absolute; http or https. A port and a path of this machine are <c>http://localhost:PORT/path</c>.</param>
    public sealed record Http(string Url) : ProbeTarget
    {
        public string Method { get; init; } = "GET";

        public ValueMap<string> Headers { get; init; } = [];

        /// <summary>Empty: 200 to 299.</summary>
        public ValueList<int> ExpectedStatus { get; init; } = [];

        /// <summary>A text that the body must have.</summary>
        public string? Contains { get; init; }

        /// <summary>Whether any certificate will do.</summary>
        public bool SkipTls { get; init; }
    }

    /// <summary>A connection that is taken.</summary>
    public sealed record Tcp(int Port) : ProbeTarget
    {
        public string Host { get; init; } = "localhost";
    }

    /// <summary>
    /// A command run beside the child: as its user, in its directory and environment. It is killed with all that it started when it takes longer than the timeout.
    /// </summary>
    public sealed record Command(string Executable) : ProbeTarget
    {
        public ValueList<string> Args { get; init; } = [];

        /// <summary>Whether the command is a line for <c>/bin/sh -c</c>.</summary>
        public bool Shell { get; init; }

        public int ExpectedExitCode { get; init; }
    }
}

/// <summary>What makes a process ready.</summary>
public enum ReadyBy
{
    /// <summary>Its startup probe, if it has one, and its readiness probe, if it has one.</summary>
    Probe,

    /// <summary>A line of its output.</summary>
    LogLine,

    /// <summary>A TCP connection to a port of localhost is taken.</summary>
    Port,

    /// <summary>It says so itself: <c>READY=1</c>, as sd_notify(3) sends it.</summary>
    Notify,
}

/// <summary>When a process counts as ready; until then it is <see cref="Phase.Starting"/>.</summary>
public sealed record ReadySpec
{
    public ReadyBy By { get; init; }

    /// <summary>For <see cref="ReadyBy.LogLine"/>: a regular expression that one line, of either stream, matches (non-backtracking).</summary>
    public string? LogLine { get; init; }

    /// <summary>For <see cref="ReadyBy.Port"/>.</summary>
    public int? Port { get; init; }

    /// <summary>From the child's start; one that isn't ready by then ends as <see cref="EndReason.Unhealthy"/>. None when absent.</summary>
    public TimeSpan? Timeout { get; init; }
}
