using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// A spec in its canonical form, which is one that users may write. Secrets are written in clear, for the journal and for other nodes: what is
/// shown goes through <see cref="Secrets.Redacted"/> first.
/// </summary>
internal sealed class ProcessSpecConverter : JsonConverter<ProcessSpec>
{
    public override ProcessSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StoredForm.Read(ref reader, static (map, _) => SpecForm.Read(map));

    public override void Write(Utf8JsonWriter writer, ProcessSpec value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        SpecForm.Write(writer, value);
        writer.WriteEndObject();
    }
}
