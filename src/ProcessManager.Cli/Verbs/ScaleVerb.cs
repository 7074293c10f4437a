using System.CommandLine;

namespace ProcessManager.Cli;

internal static class ScaleVerb
{
    public static Command Create(CommandLine line)
    {
        var id = Ids.One(line);
        var replicas = new Argument<int>("N") { Description = "How many there are to be; the highest numbers go first" };
        return line.Does(new Command("scale", "Change how many replicas of a process there are") { id, replicas }, async (call, cancellationToken) =>
        {
            var info = await Ids.ForAsync(call, call.Get(id)!, one => call.Manager.ScaleAsync(one, call.Get(replicas), cancellationToken), cancellationToken);
            if (call.Json)
            {
                call.PrintJson(info);
            }
            else
            {
                call.Print($"{info.Id}  {(info.Replicas.Count == 0 ? "1 process" : $"{Words.Count(info.Replicas.Count, "replica")}: {string.Join(", ", info.Replicas)}")}");
            }

            return ExitCodes.Done;
        });
    }
}
