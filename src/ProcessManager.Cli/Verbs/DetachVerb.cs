using System.CommandLine;

namespace ProcessManager.Cli;

internal static class DetachVerb
{
    public static Command Create(CommandLine line)
    {
        var ids = Ids.Argument(line);
        return line.Does(new Command("detach", "Forget it and leave it running") { ids }, (call, cancellationToken) => Ids.ForEachAsync(
            call, call.Get(ids)!, id => call.Manager.DetachAsync(id, cancellationToken), infos => Show(call, infos), cancellationToken));
    }

    private static void Show(Call call, IReadOnlyList<ProcessInfo?> infos)
    {
        if (call.Json)
        {
            call.Show(infos);
            return;
        }

        foreach (var info in infos.OfType<ProcessInfo>())
        {
            call.Print($"{info.Id}  forgotten; os pid {info.OsPid} runs on");
        }
    }
}
