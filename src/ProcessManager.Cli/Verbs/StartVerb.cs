using System.CommandLine;

namespace ProcessManager.Cli;

internal static class StartVerb
{
    public static Command Create(CommandLine line) => line.DoesForEach(
        new Command("start", "Start a new run; of one that is up it changes nothing"),
        (call, id, cancellationToken) => call.Manager.StartAsync(id, cancellationToken));
}
