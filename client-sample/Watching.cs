using System.Text;
using ProcessManager;
using ErrorCode = ProcessManager.ErrorCode; // Orleans has one too

namespace ClientSample;

internal static class Watching
{
    /// <summary>What happens to it, from now on. A subscription survives the loss of a silo; one that was given up goes on after its last event.</summary>
    public static async Task EventsAsync(IProcessManager processes, ProcessId id, CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            try
            {
                await foreach (var happened in processes.SubscribeAsync(new EventQuery { Ids = [id], After = last }, cancellationToken))
                {
                    last = happened.Cursor;
                    Console.WriteLine($"event: {happened.Type} on {happened.Node} (run {happened.Run}, attempt {happened.Attempt})");
                }
            }
            catch (ProcessManagerException away) when (away.Code == ErrorCode.Unavailable)
            {
                Console.WriteLine($"no silo answers: {away.Message}");
            }
        }
    }

    /// <summary>What it writes, each byte once: offsets say where to go on after a break.</summary>
    public static async Task OutputAsync(IProcessManager processes, ProcessId id, CancellationToken cancellationToken)
    {
        var query = new LogQuery { Stream = LogStream.Stdout, Tail = 1, Follow = true };
        while (true)
        {
            try
            {
                await foreach (var chunk in processes.ReadLogsAsync(id, query, cancellationToken))
                {
                    query = query with { Tail = null, Offset = chunk.Offset + chunk.Bytes.Length };
                    Console.Write(Encoding.UTF8.GetString(chunk.Bytes.Span));
                }
            }
            catch (ProcessManagerException away) when (away.Code is ErrorCode.Unavailable or ErrorCode.NodeUnavailable)
            {
                Console.WriteLine($"its node can't be read from: {away.Message}");
                await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            }
        }
    }
}
