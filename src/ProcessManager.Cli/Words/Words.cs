using System.Globalization;
using System.Text;

namespace ProcessManager.Cli;

/// <summary>How values are written for people.</summary>
internal static class Words
{
    /// <summary>Two units at most: <c>3.2s</c>, <c>5m10s</c>, <c>3h12m</c>, <c>4d6h</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        span = span < TimeSpan.Zero ? TimeSpan.Zero : span;
        return span switch
        {
            { TotalSeconds: < 9.95 } => $"{span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)}s",
            { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds}s",
            { TotalHours: < 1 } => Two((int)span.TotalMinutes, "m", span.Seconds, "s"),
            { TotalDays: < 1 } => Two((int)span.TotalHours, "h", span.Minutes, "m"),
            _ => Two((int)span.TotalDays, "d", span.Hours, "h"),
        };
    }

    public static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => Scaled(bytes, 10, "KiB"),
        < 1 << 30 => Scaled(bytes, 20, "MiB"),
        _ => Scaled(bytes, 30, "GiB"),
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>A command line that a shell would read the same way, as one line.</summary>
    public static string CommandLine(string command, IEnumerable<string> args) =>
        OneLine(string.Join(' ', args.Prepend(command).Select(Quoted)));

    /// <summary>Control characters as pictures, so that nobody's output moves our cursor.</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains('\u007f', StringComparison.Ordinal))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            line.Append(character switch { '\n' => '␤', '\t' => ' ', < ' ' or '\u007f' => '·', _ => character });
        }

        return line.ToString();
    }

    public static string Cut(string text, int width) => text.Length <= width ? text : width < 2 ? "…" : text[..(width - 1)] + "…";

    /// <summary><c>exit 1 (Failed)</c>, <c>SIGKILL (Signaled)</c>, <c>Unknown</c>.</summary>
    public static string End(EndReason reason, int? exitCode, Signal? signal) => (reason, signal, exitCode) switch
    {
        (_, { } by, _) => $"{by} ({reason})",
        (_, _, { } code) => $"exit {code.ToString(CultureInfo.InvariantCulture)} ({reason})",
        _ => reason.ToString(),
    };

    public static string Count(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}{(one.EndsWith('s') ? "es" : "s")}";

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:=@%+,".Contains(c, StringComparison.Ordinal))
            ? word
            : "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    private static string Two(int first, string unit, int second, string smaller) => second == 0 ? $"{first}{unit}" : $"{first}{unit}{second}{smaller}";

    private static string Scaled(long bytes, int shift, string unit) =>
        $"{(bytes / (double)(1L << shift)).ToString("0.#", CultureInfo.InvariantCulture)} {unit}";
}
