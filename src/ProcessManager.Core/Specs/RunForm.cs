using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ProcessManager;

/// <summary>A run's body. Input that isn't UTF-8 is sent as base64, so that every byte arrives.</summary>
internal static class RunForm
{
    public static RunRequest Read(MapReader map, FaultList faults)
    {
        var input = map.Take("input") is { } field ? Input(field) : null;
        return new RunRequest(RetryForm.Read(map), input);
    }

    public static void Write(Utf8JsonWriter writer, RunRequest run)
    {
        writer.WriteStartObject();
        SpecForm.Write(writer, run.Spec);
        WriteInput(writer, run.Input);
        writer.WriteEndObject();
    }

    public static void WriteInput(Utf8JsonWriter writer, ReadOnlyMemory<byte>? given)
    {
        if (given is not { } input)
        {
            writer.WriteNull("input"u8);
        }
        else if (Utf8.IsValid(input.Span))
        {
            writer.WriteString("input"u8, input.Span);
        }
        else
        {
            writer.WriteStartObject("input"u8);
            writer.WriteBase64String("base64"u8, input.Span);
            writer.WriteEndObject();
        }
    }

    /// <summary>Text, or <c>{"base64": "…"}</c>.</summary>
    public static ReadOnlyMemory<byte>? Input(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return field.Text() is { } text ? Encoding.UTF8.GetBytes(text) : null;
        }

        var map = MapReader.Open(field)!;
        var coded = map.Require("base64");
        map.End();
        if (coded?.Text() is not { } base64)
        {
            return null;
        }

        return Base64.IsValid(base64) ? Convert.FromBase64String(base64) : coded.Value.RefuseValue<ReadOnlyMemory<byte>>("base64");
    }
}
