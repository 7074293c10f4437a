using System.Globalization;
using System.Text;

namespace ProcessManager;

/// <summary>A user's text inside a message: in quotes, without control characters, cut where it is long.</summary>
internal static class Quoted
{
    private const int Most = 60;

    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Most)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append(text.Length > Most ? "…\"" : "\"").ToString();
    }
}
