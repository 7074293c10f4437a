using System.Text.Json;
using Orleans.Storage;

namespace ProcessManager.Cluster;

/// <summary>Rows in the one JSON form. Orleans' own serializer for storage can't read back a plain class that it wrote.</summary>
internal sealed class JsonStorageSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, ProcessManagerJson.Options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, ProcessManagerJson.Options);
}
