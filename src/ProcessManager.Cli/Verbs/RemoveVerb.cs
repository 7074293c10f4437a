using System.CommandLine;

namespace ProcessManager.Cli;

internal static class RemoveVerb
{
    public static Command Create(CommandLine line)
    {
        var ids = Ids.Argument(line);
        var grace = StopVerb.Grace();
        return line.Does(new Command("rm", "Stop, then forget: record, history and logs") { ids, grace }, (call, cancellationToken) => Ids.ForEachAsync(
            call,
            call.Get(ids)!,
            async id =>
            {
                await call.Manager.RemoveAsync(id, new StopOptions { Grace = call.Get(grace), Wait = true }, cancellationToken);
                return id.Value;
            },
            removed => Show(call, removed),
            cancellationToken));
    }

    private static void Show(Call call, IReadOnlyList<string?> removed)
    {
        if (call.Json)
        {
            call.PrintJson(new { Removed = removed.OfType<string>() });
            return;
        }

        foreach (var id in removed.OfType<string>())
        {
            call.Print($"{id}  removed");
        }
    }
}
