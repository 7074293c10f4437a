using System.Text.Json;

namespace ProcessManager;

/// <summary><c>output: merged</c>, or <c>output: {mode, budget}</c>.</summary>
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
        };
        map.End();
        return output;
    }

    public static void Write(Utf8JsonWriter writer, OutputSpec output)
    {
        writer.WriteStartObject();
        writer.WriteString("mode"u8, Spelling.Of(output.Mode));
        writer.WriteNumber("budget"u8, output.Budget);
        writer.WriteEndObject();
    }
}
