using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>Jobs, as a client sends them.</summary>
internal sealed class PoolJobsConverter : JsonConverter<PoolJobs>
{
    public override PoolJobs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StoredForm.Read(ref reader, (map, _) => PoolForm.Jobs(map));

    public override void Write(Utf8JsonWriter writer, PoolJobs value, JsonSerializerOptions options) => PoolForm.Write(writer, value);
}
