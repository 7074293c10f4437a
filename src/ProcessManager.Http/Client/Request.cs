using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ProcessManager.Http;

/// <summary>
/// Makes requests. All but GET have content, if empty: a broken connection makes <see cref="SocketsHttpHandler"/> repeat those without, up to three times and
/// without a word, and whether to repeat is decided here.
/// </summary>
internal static class Request
{
    public static HttpRequestMessage Get(string path, params ReadOnlySpan<(string Name, string? Value)> query) => new(HttpMethod.Get, Address(path, query));

    public static HttpRequestMessage Post<T>(string path, T body, params ReadOnlySpan<(string Name, string? Value)> query) =>
        new(HttpMethod.Post, Address(path, query)) { Content = Json(body) };

    public static HttpRequestMessage Post(string path, params ReadOnlySpan<(string Name, string? Value)> query) =>
        new(HttpMethod.Post, Address(path, query)) { Content = Utf8("{}"u8.ToArray()) };

    public static HttpRequestMessage Delete(string path, params ReadOnlySpan<(string Name, string? Value)> query) =>
        new(HttpMethod.Delete, Address(path, query)) { Content = new ByteArrayContent([]) };

    public static HttpContent Json<T>(T body) => Utf8(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, HttpJson.Of<T>()));

    /// <summary>The path of a process, or of something of it.</summary>
    public static string Of(ProcessId id, string what = "") => what.Length == 0 ? $"/v1/processes/{id}" : $"/v1/processes/{id}/{what}";

    public static (string, string?) Flag(string name, bool value) => (name, value ? "true" : null);

    public static (string, string?) Number(string name, long? value) => (name, value?.ToString(CultureInfo.InvariantCulture));

    public static (string, string?)[] Labels(IEnumerable<KeyValuePair<string, string?>> labels) =>
        [.. labels.Select(label => ("label", (string?)(label.Value is null ? label.Key : $"{label.Key}={label.Value}")))];

    private static ByteArrayContent Utf8(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // A null value leaves the parameter out.
    private static string Address(string path, ReadOnlySpan<(string Name, string? Value)> query)
    {
        var address = new StringBuilder(path);
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                address.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }

        return address.ToString();
    }
}
