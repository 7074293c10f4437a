using System.Runtime.InteropServices;

namespace ProcessManager.Cli;

/// <summary>Our terminal, as far as we have one, in the hands of a command that has one of its own: keys go to it as they are, and its size follows ours.</summary>
internal sealed class Typing : IDisposable
{
    private readonly OwnTerminal? _terminal;

    private Typing(OwnTerminal? terminal, Stream input) => (_terminal, Input) = (terminal, input);

    /// <summary>What is typed; without a terminal what comes on our input.</summary>
    public Stream Input { get; }

    /// <summary>The command's terminal is as large as ours.</summary>
    public static ProcessSpec For(ProcessSpec spec) => spec with
    {
        Output = spec.Output with { Mode = OutputMode.Terminal, Size = OwnTerminal.Size },
        Stdin = new StdinSpec { Mode = StdinMode.Pipe },
    };

    public static Typing Begin(Caller caller)
    {
        var terminal = caller.InputIsTerminal ? OwnTerminal.Lend() : null;
        return new Typing(terminal, terminal?.Input ?? caller.Input);
    }

    /// <summary>Tells <paramref name="manager"/> of each new size of ours.</summary>
    public static async Task FollowSizeAsync(IProcessManager manager, ProcessId id, CancellationToken over)
    {
        using var changed = new SemaphoreSlim(1);
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => changed.Release());
        while (true)
        {
            // The first time for what changed between the start and now.
            await changed.WaitAsync(over);
            if (OwnTerminal.Size is { } size)
            {
                await manager.ResizeTerminalAsync(id, size.Columns, size.Rows, over);
            }
        }
    }

    public void Dispose() => _terminal?.Dispose();
}
