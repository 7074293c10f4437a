using System.CommandLine;

namespace ProcessManager.Cli;

internal static class ResumeVerb
{
    public static Command Create(CommandLine line) => line.DoesForEach(
        new Command("resume", "SIGCONT to the whole tree"),
        (call, id, cancellationToken) => call.Manager.ResumeAsync(id, cancellationToken));
}
