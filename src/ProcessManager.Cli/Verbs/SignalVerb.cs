using System.CommandLine;

namespace ProcessManager.Cli;

internal static class SignalVerb
{
    public static Command Create(CommandLine line)
    {
        var id = Ids.One(line);
        var signal = new Argument<Signal>("SIGNAL")
        {
            Description = "HUP, SIGHUP or 1",
            HelpName = "SIGNAL",
            CustomParser = result =>
            {
                if (!Signal.TryParse(result.Tokens[0].Value, out var signal))
                {
                    result.AddError($"\"{result.Tokens[0].Value}\" is not a signal: write HUP, SIGHUP or 1.");
                }

                return signal;
            },
        };
        signal.CompletionSources.Add("HUP", "INT", "QUIT", "TERM", "KILL", "USR1", "USR2", "CONT", "STOP", "WINCH");
        var tree = new Option<bool>("--tree") { Description = "To the whole tree, not to the main child alone" };
        return line.Does(new Command("signal", "Send a signal") { id, signal, tree }, (call, cancellationToken) => Ids.ForEachAsync(
            call,
            [call.Get(id)!],
            process => call.Manager.SignalAsync(process, call.Get(signal), call.Get(tree), cancellationToken),
            call.Show,
            cancellationToken));
    }
}
