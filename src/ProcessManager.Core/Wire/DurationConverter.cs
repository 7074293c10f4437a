using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Durations as <see cref="Durations"/> writes and reads them. A negative one of our own (a clock that was set back) is read as it was written.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("A duration is text, as \"1.5s\".");
        var negative = text.StartsWith('-');
        if (!Durations.TryParse(negative ? text[1..] : text, out var value, out var problem))
        {
            throw new JsonException(problem);
        }

        return negative ? -value : value;
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Format(value));
}
