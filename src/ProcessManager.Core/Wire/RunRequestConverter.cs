using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>A run's body, as a client sends it.</summary>
internal sealed class RunRequestConverter : JsonConverter<RunRequest>
{
    public override RunRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => StoredForm.Read(ref reader, RunForm.Read);

    public override void Write(Utf8JsonWriter writer, RunRequest value, JsonSerializerOptions options) => RunForm.Write(writer, value);
}
