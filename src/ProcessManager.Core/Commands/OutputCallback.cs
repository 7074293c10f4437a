namespace ProcessManager;

/// <summary>What is called with a command's output while it runs, one call after another: lines, or pieces as they come.</summary>
public sealed class OutputCallback
{
    private OutputCallback(Action<OutputLine>? line, Action<LogChunk>? chunk) => (Line, Chunk) = (line, chunk);

    internal Action<OutputLine>? Line { get; }

    internal Action<LogChunk>? Chunk { get; }

    public static OutputCallback Lines(Action<OutputLine> call) => new(call, null);

    public static OutputCallback Chunks(Action<LogChunk> call) => new(null, call);

    public static implicit operator OutputCallback(Action<OutputLine> call) => Lines(call);
}
