using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Cli;

/// <summary>A line of somebody's output for a place on the screen that is ours: no escape sequences, no control characters.</summary>
internal static partial class PlainText
{
    public static string Of(ReadOnlySpan<byte> line) => Words.OneLine(Escapes().Replace(Encoding.UTF8.GetString(line.TrimEnd((byte)'\r')), ""));

    [GeneratedRegex(@"\e\[[0-9;:?]*[ -/]*[@-~]|\e\][^\a\e]*(\a|\e\\)|\e[@-Z\\-_]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Escapes();
}
