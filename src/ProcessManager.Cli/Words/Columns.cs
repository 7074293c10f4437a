using System.Text;

namespace ProcessManager.Cli;

/// <summary>
/// Text in columns, two spaces apart: for people, and for cut and awk. The last column isn't padded.
/// </summary>
internal static class Columns
{
    public static string Format(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(header).ToList();
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in all)
        {
            for (var column = 0; column < row.Count - 1; column++)
            {
                text.Append(row[column].PadRight(widths[column] + 2));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
