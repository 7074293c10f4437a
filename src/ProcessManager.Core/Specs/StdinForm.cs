using System.Text.Json;

namespace ProcessManager;

/// <summary><c>stdin: none</c>, <c>stdin: pipe</c>, <c>stdin: {text: …}</c> or <c>stdin: {file: …}</c>.</summary>
internal static class StdinForm
{
    private const string Wanted = "none, pipe, {text: …} or {file: …}";

    public static StdinSpec? Read(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return field.Is("none") ? new StdinSpec()
                : field.Is("pipe") ? new StdinSpec { Mode = StdinMode.Pipe }
                : field.Refuse<StdinSpec>(Wanted);
        }

        var map = MapReader.Open(field)!;
        var text = map.Text("text");
        var path = map.Text("file");
        map.End();
        if (text is null == path is null)
        {
            field.Faults.Add(field.Path, $"must be {Wanted}");
            return null;
        }

        return text is not null
            ? new StdinSpec { Mode = StdinMode.Text, Text = text }
            : new StdinSpec { Mode = StdinMode.File, Path = path };
    }

    public static void Write(Utf8JsonWriter writer, StdinSpec stdin)
    {
        if (stdin.Mode is StdinMode.None or StdinMode.Pipe)
        {
            writer.WriteStringValue(Spelling.Of(stdin.Mode));
            return;
        }

        writer.WriteStartObject();
        if (stdin.Mode == StdinMode.Text)
        {
            writer.WriteString("text"u8, stdin.Text);
        }
        else
        {
            writer.WriteString("file"u8, stdin.Path);
        }

        writer.WriteEndObject();
    }
}
