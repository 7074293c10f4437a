using System.CommandLine;

namespace ProcessManager.Cli;

internal static class AttachVerb
{
    public static Command Create(CommandLine line)
    {
        var osPid = new Argument<int>("OSPID")
        {
            Description = "The kernel's number of it: 1234 or @1234",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value.TrimStart('@');
                if (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
                {
                    result.AddError($"\"{result.Tokens[0].Value}\" is not a process' number.");
                }

                return number;
            },
        };
        var id = new Option<string?>("--id") { Description = "What to call it; made when absent", HelpName = "ID" };
        var group = new Option<string?>("--group") { Description = "Its group" };
        var node = new Option<string?>("--node") { Description = "The machine of a cluster that it runs on" };
        var restart = Values.Choice<RestartWhen>("--restart", "After which ends the command after -- is started in its place");
        var words = new Argument<string[]>("COMMAND") { Description = "After --: what to start in its place, with its arguments", Arity = ArgumentArity.ZeroOrMore };
        return line.Does(
            new Command("attach", "Take a process that runs already: watch, signal, stop and measure it like any other") { osPid, id, group, node, restart, words },
            async (call, cancellationToken) =>
            {
                string[] command = call.Get(words) ?? [];
                var spec = new ProcessSpec
                {
                    Command = command.FirstOrDefault() ?? "",
                    Args = [.. command.Skip(1)],
                    WorkingDirectory = command.Length > 0 ? call.Caller.WorkingDirectory : null,
                    Group = call.Get(group),
                    Node = call.Get(node),
                    Restart = new RestartPolicy { When = call.Get(restart) ?? RestartWhen.Never },
                };
                call.Show([await call.Manager.AttachAsync(call.Get(osPid), call.Get(id) is { } name ? ProcessId.Parse(name) : null, spec, cancellationToken)]);
                return ExitCodes.Done;
            });
    }
}
