namespace ProcessManager.Cli;

/// <summary><c>key | text</c> on the output, what happens to the processes on the error stream.</summary>
internal sealed class LineView(Caller caller, IEnumerable<string> keys) : IStackView
{
    private readonly Prefix _prefix = new(keys, caller.Out.Colours);

    public void Wrote(string key, OutputLine line) => _prefix.Line(caller.Out, key, line.Bytes.Span);

    public void Happened(string key, ProcessEvent happened)
    {
        if (Happening.ForPeople(happened, caller.Clock.GetUtcNow()) is { } sentence)
        {
            Note($"{key}: {sentence}");
        }
    }

    public void Stands(string key, ProcessInfo info)
    {
        // What led there was told.
    }

    public void Note(string sentence) => caller.Error.Line($"procman: {sentence}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
