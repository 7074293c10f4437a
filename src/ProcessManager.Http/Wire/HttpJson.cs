using System.Text.Json.Serialization.Metadata;

namespace ProcessManager.Http;

/// <summary>The contracts of <see cref="ProcessManagerJson"/>, typed.</summary>
internal static class HttpJson
{
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)ProcessManagerJson.Options.GetTypeInfo(typeof(T));
}
