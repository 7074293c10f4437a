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
            var processes = ProcessFile.Read(call.Caller, call.Get(file)!);
            return await call.HasDaemonAsync(cancellationToken)
                ? await ApplyAsync(call, processes, call.Get(follow), cancellationToken)
                : await RunHereAsync(call, processes, call.Get(plain), cancellationToken);
        });
    }

    private static async Task<int> ApplyAsync(Call call, SpecFile file, bool follow, CancellationToken cancellationToken)
    {
        var specs = file.Processes.ToDictionary(spec => spec.Id!.Value.Value);
        var code = await Ids.ForEachAsync(
            call,
            [.. specs.Keys],
            id => Raising.RaiseAsync(call.Manager, specs[id.Value], cancellationToken),
            raised => Show(call, [.. raised.OfType<Raised>()]),
            cancellationToken);
        if (!follow)
        {
            return code;
        }

        return Math.Max(code, await LogsVerb.ShowAsync(call, [.. specs.Keys], new LogQuery { Follow = true, Tail = 0 }, cancellationToken));
    }

    private static void Show(Call call, IReadOnlyList<Raised> raised)
    {
        if (call.Json)
        {
            call.PrintJson(raised.Select(one => new { one.Info.Id, one.Plan.Effect, one.Plan.Changed, one.Info }));
            return;
        }

        var now = call.Caller.Clock.GetUtcNow();
        call.Print(Columns.Format(["ID", "CHANGE", "STATE"], raised.Select(one => (string[])[one.Info.Id.Value, Change(one.Plan), State.Brief(one.Info, now)])));
    }

    private static string Change(UpdatePlan plan) => plan.Effect switch
    {
        UpdateEffect.Nothing => "none",
        UpdateEffect.Create => "created",
        UpdateEffect.InPlace => $"changed ({plan.Changed})",
        UpdateEffect.Restart => $"restarted ({plan.Changed})",
    };

    private static async Task<int> RunHereAsync(Call call, SpecFile file, bool plain, CancellationToken cancellationToken)
    {
        call.Caller.Interrupts.Listen();
        await using var local = await call.Caller.OpenLocal(call.DataOption is null ? null : call.Location.DataDirectory, cancellationToken);
        var keys = file.Processes.Select(spec => Foreground.Key(file, spec)).ToList();
        await using var view = View(call, local.Manager, file, keys, plain);
        return await new Foreground(call.Caller, local.Manager, file, view).RunAsync(cancellationToken);
    }

    private static IStackView View(Call call, IProcessManager manager, SpecFile file, List<string> keys, bool plain) =>
        call.Json ? new JsonView(call, file.Name)
        : !plain && Tty.Take(call.Caller) is { } tty ? new LiveView(call.Caller, manager, tty, file.Name)
        : new LineView(call.Caller, keys);
}
