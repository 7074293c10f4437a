using System.CommandLine;

namespace ProcessManager.Cli;

internal static class WaitVerb
{
    public static Command Create(CommandLine line)
    {
        var goal = Values.Choice<WaitFor>("--for", "What to wait for: terminated (the run is over, restarts included), ready or finished");
        var timeout = Values.Duration("--timeout", "How long to wait; past it the exit code is 1 and the process untouched");
        return line.DoesForEach(
            new Command("wait", "Wait until a run is over, or ready") { goal, timeout },
            (call, id, cancellationToken) => call.Manager.WaitAsync(
                id, new WaitOptions { For = call.Get(goal) ?? WaitFor.Terminated, Timeout = call.Get(timeout) }, cancellationToken));
    }
}
