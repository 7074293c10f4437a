using System.CommandLine;

namespace ProcessManager.Cli;

internal static class SuspendVerb
{
    public static Command Create(CommandLine line) => line.DoesForEach(
        new Command("suspend", "SIGSTOP to the whole tree"),
        (call, id, cancellationToken) => call.Manager.SuspendAsync(id, cancellationToken));
}
