using System.Text;

namespace ProcessManager.Cli;

/// <summary>
/// Lines of several processes as <c>key | text</c>, the keys in a column and, on a terminal, each in its colour.
/// </summary>
internal sealed class Prefix
{
    private static readonly string[] Palette = ["36", "33", "32", "35", "34", "31"];

    private readonly Dictionary<string, byte[]> _heads = [];

    public Prefix(IEnumerable<string> keys, bool colours)
    {
        var all = keys.ToList();
        var width = all.Count == 0 ? 0 : all.Max(key => key.Length);
        foreach (var (index, key) in all.Index())
        {
            var head = $"{key.PadRight(width)} | ";
            _heads[key] = Encoding.UTF8.GetBytes(colours ? $"\e[{Palette[index % Palette.Length]}m{head}\e[0m" : head);
        }
    }

    public void Line(Printer printer, string key, ReadOnlySpan<byte> text) => printer.Bytes([.. _heads[key], .. text, (byte)'\n']);

    public void Line(Printer printer, string key, string text) => Line(printer, key, Encoding.UTF8.GetBytes(text));
}
