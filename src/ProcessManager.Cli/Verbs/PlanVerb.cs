using System.CommandLine;

namespace ProcessManager.Cli;

internal static class PlanVerb
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<string>("FILE") { Description = "Processes in YAML or JSON" };
        return line.Does(new Command("plan", "Say what apply would change") { file }, async (call, cancellationToken) =>
        {
            StackOutput.ShowPlan(call, await call.Manager.Stacks.PlanAsync(ProcessFile.Read(call.Caller, call.Get(file)!), cancellationToken));
            return ExitCodes.Done;
        });
    }
}
