using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>A pipe's body, as a client sends it.</summary>
internal sealed class PipeBodyConverter : JsonConverter<PipeBody>
{
    public override PipeBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StoredForm.Read(ref reader, (map, _) => PipeForm.Read(map));

    public override void Write(Utf8JsonWriter writer, PipeBody value, JsonSerializerOptions options) => PipeForm.Write(writer, value);
}
