using System.Text.Json;

namespace ProcessManager;

/// <summary><c>output: merged</c>, or <c>output: {mode, budget, echo, size: {columns, rows}}</c>.</summary>
internal static class OutputForm
{
    private static readonly OutputSpec Default = new();

    public static OutputSpec? Read(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.Text)
        {
            return field.Choice<OutputMode>() is { } mode ? new OutputSpec { Mode = mode } : null;
        }

        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var output = new OutputSpec
        {
            Mode = map.Value("mode", f => f.Choice<OutputMode>(), Default.Mode),
            Budget = map.Value("budget", f => f.Size(), Default.Budget),
            Echo = map.Boolean("echo"),
            Size = map.Object("size", Size),
        };
        map.End();
        return output;
    }

    public static void Write(Utf8JsonWriter writer, OutputSpec output)
    {
        writer.WriteStartObject();
        writer.WriteString("mode"u8, Spelling.Of(output.Mode));
        writer.WriteNumber("budget"u8, output.Budget);
        writer.WriteBoolean("echo"u8, output.Echo);
        if (output.Size is { } size)
        {
            writer.WriteStartObject("size"u8);
            writer.WriteNumber("columns"u8, size.Columns);
            writer.WriteNumber("rows"u8, size.Rows);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("size"u8);
        }

        writer.WriteEndObject();
    }

    private static TerminalSize? Size(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var size = OptionForms.Resize(map);
        map.End();
        return size;
    }
}
