using System.CommandLine;

namespace ProcessManager.Cli;

internal static class UpVerb
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<string>("FILE") { Description = "Processes in YAML or JSON: {name, environment, processes: {KEY: SPEC}}" };
        var follow = new Option<bool>("--follow", "-f") { Description = "With a daemon: then show what they write" };
        var plain = new Option<bool>("--plain") { Description = "Lines, no live view" };
        var verb = new Command("up", "Make the processes of a file be up: in the daemon if one runs, else here until all have ended") { file, follow, plain };
        return line.Does(verb, async (call, cancellationToken) =>
        {
            var stack = ProcessFile.Read(call.Caller, call.Get(file)!);
            return await call.HasDaemonAsync(cancellationToken)
                ? await HandOverAsync(call, stack, call.Get(follow), cancellationToken)
                : await RunHereAsync(call, stack, call.Get(plain), cancellationToken);
        });
    }

    private static async Task<int> HandOverAsync(Call call, StackSpec stack, bool follow, CancellationToken cancellationToken)
    {
        var code = StackOutput.Show(call, await call.Manager.Stacks.UpAsync(stack, cancellationToken));
        if (!follow)
        {
            return code;
        }

        string[] ids = [.. stack.Processes.Select(spec => spec.Id!.Value.Value)];
        return Math.Max(code, await LogsVerb.ShowAsync(call, ids, new LogQuery { Follow = true, Tail = 0 }, cancellationToken));
    }

    private static async Task<int> RunHereAsync(Call call, StackSpec stack, bool plain, CancellationToken cancellationToken)
    {
        call.Caller.Interrupts.Listen();
        await using var local = await call.Caller.OpenLocal(call.DataOption is null ? null : call.Location.DataDirectory, cancellationToken);
        var keys = stack.Processes.Select(spec => stack.KeyOf(spec.Id!.Value)).ToList();
        await using var view = View(call, local.Manager, stack, keys, plain);
        return await new Foreground(call.Caller, local.Manager, stack, view).RunAsync(cancellationToken);
    }

    private static IStackView View(Call call, IProcessManager manager, StackSpec stack, List<string> keys, bool plain) =>
        call.Json ? new JsonView(call, stack.Name)
        : !plain && Tty.Take(call.Caller) is { } tty ? new LiveView(call.Caller, manager, tty, stack.Name)
        : new LineView(call.Caller, keys);
}
