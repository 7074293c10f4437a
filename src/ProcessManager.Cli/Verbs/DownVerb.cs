using System.CommandLine;

namespace ProcessManager.Cli;

internal static class DownVerb
{
    public static Command Create(CommandLine line)
    {
        var stack = StackName.Argument();
        var timeout = Values.Duration("--timeout", "For all of them together; 30s when absent");
        var noForce = new Option<bool>("--no-force") { Description = "Leave what is left at the deadline, instead of killing it" };
        var remove = new Option<bool>("--remove") { Description = "Forget their records and logs, too" };
        var verb = new Command("down", "Stop a stack: who depends on others before those") { stack, timeout, noForce, remove };
        return line.Does(verb, async (call, cancellationToken) =>
        {
            var options = new DownOptions { Timeout = call.Get(timeout) ?? new DownOptions().Timeout, Force = !call.Get(noForce), Remove = call.Get(remove) };
            return StackOutput.Show(call, await call.Manager.Stacks.DownAsync(StackName.Of(call, call.Get(stack)!), options, cancellationToken));
        });
    }
}
