using System.Text;

namespace ProcessManager.Cli;

/// <summary>A document a line: output as <c>logs --json</c> has it, and events as <c>events --json</c>.</summary>
internal sealed class JsonView(Call call, string group) : IStackView
{
    public void Wrote(string key, OutputLine line) =>
        call.PrintJson(new { Id = $"{group}.{key}", line.Time, line.Stream, line.Offset, Text = Encoding.UTF8.GetString(line.Bytes.Span) });

    public void Happened(string key, ProcessEvent happened) => call.PrintJson(happened);

    public void Stands(string key, ProcessInfo info)
    {
        // What led there was told.
    }

    public void Note(string sentence) => call.Note(sentence);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
