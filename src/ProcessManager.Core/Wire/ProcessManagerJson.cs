using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ProcessManager;

/// <summary>
/// The one JSON form: on disk, over HTTP and between nodes. camelCase; enums as <see cref="Spelling"/> has them; durations <c>"1.5s"</c>;
/// times in UTC with milliseconds; sizes in bytes; signals by name; absent values are null. Unknown fields are ignored and absent ones keep
/// their defaults, so that versions can be mixed. User input isn't read with it: see <see cref="SpecBinder"/>, which collects all faults.
/// </summary>
/// <remarks>
/// Contracts come from reflection, not from the source generator: generated code gives init-only properties that the JSON leaves out
/// the type's default instead of their initializer's value (an absent list becomes null), which breaks reading what an older version wrote.
/// A record needs no registration. A family of records says its names with <see cref="JsonDerivedTypeAttribute"/>; <c>$type</c> may stand anywhere.
/// </remarks>
public static class ProcessManagerJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            PropertyNameCaseInsensitive = false,
            AllowOutOfOrderMetadataProperties = true,
            RespectNullableAnnotations = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Converters =
            {
                new SpellingConverter(),
                new DurationConverter(),
                new TimeConverter(),
                new LogChunkConverter(),
                new ProcessSpecConverter(),
                new RunRequestConverter(),
                new PoolJobsConverter(),
                new PipeBodyConverter(),
                new AttachRequestConverter(),
                new StackSpecConverter(),
            },
        };
        options.MakeReadOnly();
        return options;
    }
}
