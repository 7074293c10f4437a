using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>An attach's body, as a client sends it.</summary>
internal sealed class AttachRequestConverter : JsonConverter<AttachRequest>
{
    public override AttachRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => StoredForm.Read(ref reader, AttachForm.Read);

    public override void Write(Utf8JsonWriter writer, AttachRequest value, JsonSerializerOptions options) => AttachForm.Write(writer, value);
}
