using System.Diagnostics;

namespace ProcessManager;

/// <summary>How a dependency stands, as far as a waiting run is concerned.</summary>
public enum Standing
{
    /// <summary>Its condition holds, and isn't looked at again in this run.</summary>
    Met,

    /// <summary>It is up and may get there.</summary>
    Coming,

    /// <summary>Nobody wants it up: it was never started, or was stopped. It may be started yet.</summary>
    Down,

    /// <summary>It won't get there unless somebody starts it anew.</summary>
    Failed,

    /// <summary>There is no such process.</summary>
    Missing,
}

/// <summary>A dependency, how it stands, and that in words.</summary>
/// <param name="Why">What stands after its id and a comma: "which is not started"; of one that failed a sentence of its own: "\"db\" exited with 3". Empty when it is met.</param>
public sealed record DependencyStanding(Dependency On, Standing Standing, string Why)
{
    /// <summary>As the state of the process that is waited for has it. Its spec isn't needed: a state that crossed nodes has none.</summary>
    /// <remarks>
    /// Of a log line only whether it may still be written: who waits for it reads the output itself.
    /// </remarks>
    public static DependencyStanding Of(Dependency on, ProcessState state, bool removed = false)
    {
        if (removed || state.Goal == Goal.Gone)
        {
            return new(on, Standing.Missing, $"\"{on.Id}\" was removed");
        }

        var run = state.Epoch.Run;
        var end = state.Last is { } last && last.Run == run ? last : null;
        return state.StartNext || (run > 0 && !state.RunIsOver(run)) ? OfRunning(on, state, end)
            : end is null or { Reason: EndReason.Stopped or EndReason.Killed } ? new(on, Standing.Down, "which is not started")
            : OfEnded(on, end);
    }

    public static DependencyStanding MissingOf(Dependency on) => new(on, Standing.Missing, $"there is no process \"{on.Id}\"");

    private static DependencyStanding OfRunning(Dependency on, ProcessState state, AttemptResult? before)
    {
        var up = !state.StartNext && state.Phase != Phase.Terminating;
        var (holds, why) = on.Condition switch
        {
            DependencyCondition.Started => (up && (state.Child is not null || before?.StartedAt is not null), "which has not started yet"),
            DependencyCondition.Running => (state.IsReady, "which is not running yet"),
            DependencyCondition.Healthy or null when state.Health is { HasProbes: true } => (state.IsHealthy, "which is not healthy yet"),
            DependencyCondition.Healthy or null => (state.IsReady, "which is not running yet"),
            DependencyCondition.Completed => (false, "which has not completed yet"),
            DependencyCondition.CompletedSuccessfully => (false, "which has not completed successfully yet"),
            DependencyCondition.LogLine => (false, $"which has not written a line that matches {Quoted.Text(on.Pattern ?? "")} yet"),
            _ => throw new UnreachableException($"condition {on.Condition}"),
        };
        return holds ? new(on, Standing.Met, "") : new(on, Standing.Coming, why);
    }

    /// <summary>
    /// What completed was running before, also when nobody looked at that moment: a quick job and a slow look lead to the same.
    /// </summary>
    private static DependencyStanding OfEnded(Dependency on, AttemptResult end)
    {
        var completed = end.Reason == EndReason.Completed;
        var met = on.Condition switch
        {
            DependencyCondition.Started or DependencyCondition.Completed => end.StartedAt is not null,
            DependencyCondition.Running or DependencyCondition.Healthy or null => completed,
            DependencyCondition.CompletedSuccessfully when on.ExitCodes.Count > 0 => end is { Signal: null, ExitCode: { } code } && on.ExitCodes.Contains(code),
            DependencyCondition.CompletedSuccessfully => completed,
            DependencyCondition.LogLine => false,
            _ => throw new UnreachableException($"condition {on.Condition}"),
        };
        return met ? new(on, Standing.Met, "")
            : completed && on.Condition == DependencyCondition.LogLine
                ? new(on, Standing.Failed, $"\"{on.Id}\" completed without writing a line that matches {Quoted.Text(on.Pattern ?? "")}")
            : new(on, Standing.Failed, EndInWords(on, end));
    }

    private static string EndInWords(Dependency on, AttemptResult end) => $"\"{on.Id}\" " + end switch
    {
        { Reason: EndReason.DependencyFailed, Error: { } error } => $"was not started: {RootOf(error.Message)}",
        { Error: { } error } => $"failed: {error.Message}",
        { Signal: { } signal } => $"was ended by {signal} ({end.Reason})",
        { ExitCode: { } code } => $"exited with {code} ({end.Reason})",
        _ => $"ended, and nobody saw how ({end.Reason})",
    };

    /// <summary>In a chain each names its neighbour and the one that it all came from, not all between: a message doesn't grow with the chain.</summary>
    private static string RootOf(string message) => message.LastIndexOf(ProcessMachine.FailedDependency, StringComparison.Ordinal) is >= 0 and var at ? message[at..] : message;
}
