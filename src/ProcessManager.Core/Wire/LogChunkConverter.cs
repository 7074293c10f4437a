using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// A chunk of output as one line of NDJSON: <c>{"time", "stream", "offset", "text"}</c>, or <c>"bytes"</c> in base64 where they aren't UTF-8,
/// so that every byte arrives as it was written.
/// </summary>
internal sealed class LogChunkConverter : JsonConverter<LogChunk>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override LogChunk Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var line = JsonSerializer.Deserialize<Line>(ref reader, options)!;
        return new LogChunk(line.Stream, line.Offset, line.Time, line.Bytes ?? Strict.GetBytes(line.Text ?? ""));
    }

    public override void Write(Utf8JsonWriter writer, LogChunk value, JsonSerializerOptions options)
    {
        var bytes = value.Bytes.Span;
        writer.WriteStartObject();
        writer.WritePropertyName("time"u8);
        JsonSerializer.Serialize(writer, value.Time, options);
        writer.WriteString("stream"u8, Spelling.Of(value.Stream));
        writer.WriteNumber("offset"u8, value.Offset);
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            writer.WriteString("text"u8, bytes);
        }
        else
        {
            writer.WriteBase64String("bytes"u8, bytes);
        }

        writer.WriteEndObject();
    }

    private sealed record Line
    {
        public required DateTimeOffset Time { get; init; }

        public required LogStream Stream { get; init; }

        public required long Offset { get; init; }

        public string? Text { get; init; }

        public byte[]? Bytes { get; init; }
    }
}
