using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Times as ISO 8601 in UTC with milliseconds: <c>2026-01-02T03:04:05.678Z</c>. What is finer than a millisecond is cut off.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, Utc, out var time)
            ? time
            : throw new JsonException("A time is ISO 8601, as \"2026-01-02T03:04:05.678Z\".");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out var length, TimeText.Form, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
