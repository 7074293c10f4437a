using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Enums by their <see cref="Spelling"/>, as values and as property names.</summary>
internal sealed class SpellingConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Spelling.TryParse<T>(reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null, out var value)
                ? value
                : throw new JsonException($"Not a {typeof(T).Name}: {string.Join(", ", Spelling.Names<T>())}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Spelling.Of(value));

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Spelling.Of(value));
    }
}
