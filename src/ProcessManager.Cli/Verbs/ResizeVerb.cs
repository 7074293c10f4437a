using System.CommandLine;

namespace ProcessManager.Cli;

internal static class ResizeVerb
{
    public static Command Create(CommandLine line)
    {
        var id = Ids.One(line);
        var columns = new Argument<int>("COLUMNS") { Description = "1 to 65535" };
        var rows = new Argument<int>("ROWS") { Description = "1 to 65535" };
        return line.Does(new Command("resize", "Resize the terminal of a process whose spec says `output: terminal`") { id, columns, rows }, async (call, cancellationToken) =>
        {
            await Ids.ForAsync(call, call.Get(id)!, ResizeAsync, cancellationToken);
            return ExitCodes.Done;

            async Task<ProcessId> ResizeAsync(ProcessId process)
            {
                await call.Manager.ResizeTerminalAsync(process, call.Get(columns), call.Get(rows), cancellationToken);
                return process;
            }
        });
    }
}
