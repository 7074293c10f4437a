using System.Text.Json;

namespace ProcessManager;

/// <summary>What has a form of its own, read back from where the system wrote it.</summary>
internal static class StoredForm
{
    public static T Read<T>(ref Utf8JsonReader reader, Func<MapReader, FaultList, T> read)
        where T : class
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var bound = SpecBinder.Stored(SpecJson.FromElement(document.RootElement), read);
        return bound.Valid ? bound.Value : throw new JsonException(string.Join("; ", bound.Faults));
    }
}
