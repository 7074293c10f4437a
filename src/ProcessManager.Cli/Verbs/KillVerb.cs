using System.CommandLine;

namespace ProcessManager.Cli;

internal static class KillVerb
{
    public static Command Create(CommandLine line) => line.DoesForEach(
        new Command("kill", "SIGKILL to the whole tree, at once"),
        (call, id, cancellationToken) => call.Manager.KillAsync(id, wait: true, cancellationToken));
}
