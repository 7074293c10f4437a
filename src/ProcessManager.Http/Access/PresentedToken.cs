using System.Text;

namespace ProcessManager.Http;

/// <summary>The token as a request presents it, in its Authorization header and nowhere else.</summary>
internal static class PresentedToken
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>What a program sends.</summary>
    public static string? AsBearer(string header) => header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;

    /// <summary>What a browser sends after asking its user: the password; the name may be anything.</summary>
    public static string? AsPassword(string header)
    {
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = header[Basic.Length..].Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? pair[(colon + 1)..] : null;
    }
}
