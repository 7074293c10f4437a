using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>A <see cref="ProcessId"/> is its text, as a value and as a property name.</summary>
public sealed class ProcessIdConverter : JsonConverter<ProcessId>
{
    public override ProcessId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ProcessId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException(ProcessId.Rule(reader.GetString() ?? ""));

    public override void Write(Utf8JsonWriter writer, ProcessId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override ProcessId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, ProcessId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
