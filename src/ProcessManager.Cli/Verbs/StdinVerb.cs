using System.CommandLine;
using System.Text;

namespace ProcessManager.Cli;

internal static class StdinVerb
{
    private const int ChunkBytes = 64 << 10;

    public static Command Create(CommandLine line)
    {
        var id = Ids.One(line);
        var text = new Argument<string?>("TEXT") { Arity = ArgumentArity.ZeroOrOne, Description = "A line to write; absent: what comes on our own stdin, as it is" };
        var close = new Option<bool>("--close") { Description = "Then close it: the child sees end of file; typed without TEXT: at once" };
        var verb = new Command("stdin", "Write to the input of a process whose spec says `stdin: pipe`") { id, text, close };
        return line.Does(verb, async (call, cancellationToken) =>
        {
            await Ids.ForAsync(call, call.Get(id)!, process => WriteAsync(call, process, call.Get(text), call.Get(close), cancellationToken), cancellationToken);
            return ExitCodes.Done;
        });
    }

    private static async Task<ProcessId> WriteAsync(Call call, ProcessId id, string? text, bool close, CancellationToken cancellationToken)
    {
        if (text is not null)
        {
            await call.Manager.WriteStdinAsync(id, Encoding.UTF8.GetBytes(text + "\n"), close, cancellationToken);
            return id;
        }

        if (close && call.Caller.InputIsTerminal)
        {
            await call.Manager.WriteStdinAsync(id, ReadOnlyMemory<byte>.Empty, close: true, cancellationToken);
            return id;
        }

        // Nothing is read before the id is known to be one: what was read could not be given to another.
        await call.Manager.GetAsync(id, cancellationToken);
        await CopyAsync(call.Caller.Input, call.Manager, id, close, cancellationToken);
        return id;
    }

    /// <summary>Everything that <paramref name="input"/> has, to its end.</summary>
    public static async Task CopyAsync(Stream input, IProcessManager manager, ProcessId id, bool close, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await manager.WriteStdinAsync(id, buffer.AsMemory(0, read), close: false, cancellationToken);
        }

        if (close)
        {
            await manager.WriteStdinAsync(id, ReadOnlyMemory<byte>.Empty, close: true, cancellationToken);
        }
    }
}
