using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>A stack as its file has it.</summary>
internal sealed class StackSpecConverter : JsonConverter<StackSpec>
{
    public override StackSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var bound = SpecBinder.File(SpecJson.FromElement(document.RootElement));
        return bound.Valid ? bound.Value : throw new JsonException(string.Join("; ", bound.Faults));
    }

    public override void Write(Utf8JsonWriter writer, StackSpec value, JsonSerializerOptions options) => StackForms.Write(writer, value);
}
