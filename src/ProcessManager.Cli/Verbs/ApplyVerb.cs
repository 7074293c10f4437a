using System.CommandLine;

namespace ProcessManager.Cli;

internal static class ApplyVerb
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<string>("FILE") { Description = "Processes in YAML or JSON" };
        var verb = new Command("apply", "Change only what changed, start what is new, remove what is no longer in the file") { file };
        return line.Does(verb, async (call, cancellationToken) =>
            StackOutput.Show(call, await call.Manager.Stacks.ApplyAsync(ProcessFile.Read(call.Caller, call.Get(file)!), cancellationToken)));
    }
}
