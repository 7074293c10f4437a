namespace ProcessManager.Testing;

/// <summary>A command that was started, or tried to be; restarts by policy too, each attempt once.</summary>
/// <param name="Run">The run, from 1.</param>
/// <param name="Attempt">The attempt within it, from 1.</param>
/// <param name="Input">What it had to read when it started.</param>
public sealed record StartedCommand(ProcessId Id, int Run, int Attempt, ProcessSpec Spec, DateTimeOffset At, string Input)
{
    /// <summary>Command and arguments, with a blank between.</summary>
    public string CommandLine => CommandPattern.Line(Spec);
}
