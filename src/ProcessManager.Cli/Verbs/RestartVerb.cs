using System.CommandLine;

namespace ProcessManager.Cli;

internal static class RestartVerb
{
    public static Command Create(CommandLine line)
    {
        var grace = StopVerb.Grace();
        var wait = StopVerb.NoWait();
        return line.DoesForEach(
            new Command("restart", "Stop, then start a new run; of one that is down: start") { grace, wait },
            (call, id, cancellationToken) => call.Manager.RestartAsync(id, StopVerb.Options(call, grace, wait), cancellationToken));
    }
}
