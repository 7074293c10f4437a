using System.Globalization;

namespace ProcessManager.Bench;

/// <summary>The rows, for people: Markdown, so that it can be pasted where it is read.</summary>
internal static class Table
{
    private static readonly string[] Heads = ["what", "ours", "baseline", "ratio", "target", "met?"];

    public static IEnumerable<string> Lines(IReadOnlyList<Row> rows)
    {
        var cells = rows.Select(Cells).Prepend(Heads).ToList();
        var widths = Heads.Select((_, column) => cells.Max(row => row[column].Length)).ToList();
        yield return Line(cells[0], widths);
        yield return $"|{string.Join('|', widths.Select(width => new string('-', width + 2)))}|";
        foreach (var row in cells.Skip(1))
        {
            yield return Line(row, widths);
        }
    }

    private static string[] Cells(Row row) =>
    [
        row.What,
        row.Unit.Text(row.Ours),
        row.Theirs is null ? "" : $"{row.Unit.Text(row.Theirs)} {row.Baseline}",
        row.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
        row.Target?.Text(row) ?? "",
        row.IsMet switch { true => "yes", false => "NO", null => "" },
    ];

    private static string Line(string[] cells, List<int> widths) =>
        $"| {string.Join(" | ", cells.Select((cell, column) => cell.PadRight(widths[column])))} |";
}
