using System.Text.Encodings.Web;
using System.Text.Json;

namespace ProcessManager.Bench;

/// <summary>The rows, for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(IReadOnlyList<string> machine, IReadOnlyList<(string Section, Row Row)> rows, IReadOnlyList<string> skipped) => JsonSerializer.Serialize(
        new
        {
            machine,
            rows = rows.Select(pair => new
            {
                section = pair.Section,
                what = pair.Row.What,
                unit = pair.Row.Unit.Name,
                ours = Figure(pair.Row.Ours),
                baseline = pair.Row.Baseline,
                theirs = pair.Row.Theirs is { } theirs ? Figure(theirs) : null,
                ratio = pair.Row.Ratio,
                target = pair.Row.Target?.Text(pair.Row),
                met = pair.Row.IsMet,
            }),
            skipped,
        },
        Format);

    private static object Figure(Samples samples) => new { median = samples.Median, min = samples.Min, max = samples.Max, samples = samples.Values };
}
