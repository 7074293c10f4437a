using System.Text;

namespace ProcessManager.Testing;

/// <summary>
/// What a fake child does, from its start to its end. Immutable: each word gives a new description, so one can be shared and added to.
/// <code>
/// FakeChild.That.Prints("listening").Waits(TimeSpan.FromSeconds(5)).PrintsError("boom").Exits(1)
/// </code>
/// Without a word about its end it exits with 0 once the rest is done. Signals that would end a real process end it, unless told otherwise.
/// </summary>
public sealed record FakeChild
{
    private FakeChild()
    {
    }

    /// <summary>One that does nothing and exits with 0: where a description begins.</summary>
    public static FakeChild That { get; } = new();

    internal ValueList<ChildStep> Steps { get; private init; } = [];

    internal ValueMap<FakeChild> Traps { get; private init; } = [];

    internal StartFault? Fault { get; private init; }

    internal double CpuPercent { get; private init; }

    internal long MemoryBytes { get; private init; } = 1 << 20;

    /// <summary>Writes a line to stdout.</summary>
    public FakeChild Prints(string line) => Writes(LogStream.Stdout, line + "\n");

    /// <summary>Writes a line to stderr.</summary>
    public FakeChild PrintsError(string line) => Writes(LogStream.Stderr, line + "\n");

    /// <summary>Writes exactly this.</summary>
    public FakeChild Writes(LogStream stream, string text) => Writes(stream, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Writes(LogStream, string)"/>
    public FakeChild Writes(LogStream stream, ReadOnlyMemory<byte> bytes) => Then(new ChildStep.Write(stream, bytes));

    /// <summary>Does nothing for so long, by the manager's clock.</summary>
    public FakeChild Waits(TimeSpan time) => Then(new ChildStep.Pause(time));

    /// <summary>Goes on when the test lets it.</summary>
    public FakeChild WaitsFor(Task gate) => Then(new ChildStep.Gate(gate));

    /// <summary>Reads a line of its standard input, and waits for it; goes on at its end too.</summary>
    public FakeChild ReadsLine() => Then(new ChildStep.ReadLine());

    /// <summary>Copies its standard input to stdout until that is closed.</summary>
    public FakeChild Echoes() => Then(new ChildStep.Copy());

    /// <summary>Stays until it is ended.</summary>
    public FakeChild Stays() => Then(new ChildStep.Stay());

    /// <summary>
    /// It doesn't serve yet: what its spec asks (probes, port, notify) isn't answered, until <see cref="Healthy"/>. Without it one is healthy from its start; a line of its
    /// output that makes it ready is waited for in any case.
    /// </summary>
    public FakeChild NotReadyYet() => Then(new ChildStep.Answer(null, ProbeStatus.Unknown, "not yet"));

    /// <summary>From now on all of its probes pass.</summary>
    public FakeChild Healthy() => Then(new ChildStep.Answer(null, ProbeStatus.Passing, null));

    /// <summary>From now on a probe is past its threshold of failures.</summary>
    public FakeChild Unhealthy(ProbeKind probe, string error = "The fake says so.") => Then(new ChildStep.Answer(probe, ProbeStatus.Failing, error));

    public FakeChild Exits(int code) => Then(new ChildStep.End(new ExitStatus.Code(code)));

    /// <summary>Ends by a signal that the manager didn't send: what a foreign <c>kill</c> or a crash looks like.</summary>
    public FakeChild EndsBy(Signal signal) => Then(new ChildStep.End(new ExitStatus.BySignal(signal, CoreDumped: false)));

    /// <summary>What it does when a signal arrives, instead of the rest; SIGKILL and SIGSTOP can't be caught.</summary>
    public FakeChild On(Signal signal, FakeChild then) => signal == Signal.Kill || signal == Signal.Stop
        ? throw new ArgumentException($"{signal} can't be caught.", nameof(signal))
        : this with { Traps = Traps.Where(trap => trap.Key != signal.Name).Append(KeyValuePair.Create(signal.Name, then)).ToValueMap() };

    /// <summary>A signal has no effect on it.</summary>
    public FakeChild Ignores(Signal signal) => On(signal, That.Then(new ChildStep.Resume()));

    /// <summary>It doesn't come to be: the call answers with this code.</summary>
    /// <param name="code">CommandNotFound, PermissionDenied, BadWorkingDirectory, StartFailed.</param>
    /// <param name="transient">Worth trying again whatever the policy, as when the machine had no memory just then.</param>
    public FakeChild FailsToStart(ErrorCode code, string? message = null, bool transient = false) =>
        this with { Fault = new StartFault.Coded(new ErrorInfo(code, message ?? $"The fake says {code}."), transient) };

    /// <summary>The call that would start it throws this; the record stays and says StartFailed, as after any start that fails.</summary>
    public FakeChild Throws(Exception exception) => this with { Fault = new StartFault.Thrown(exception) };

    /// <summary>What its metrics say while it lives.</summary>
    public FakeChild Uses(double cpuPercent, long memoryBytes) => this with { CpuPercent = cpuPercent, MemoryBytes = memoryBytes };

    private FakeChild Then(ChildStep step) => Steps is [.., ChildStep.End or ChildStep.Stay]
        ? throw new InvalidOperationException("It has ended, or stays: nothing can follow.")
        : this with { Steps = [.. Steps, step] };
}
