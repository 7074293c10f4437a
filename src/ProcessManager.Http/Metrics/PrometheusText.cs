using System.Globalization;
using System.Text;

namespace ProcessManager.Http;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <param name="type">counter, gauge or histogram.</param>
    public void Family(string name, string type, string help) => _text.Append("# HELP ").Append(name).Append(' ').Append(help.ReplaceLineEndings(" "))
        .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    /// <param name="labels">As <see cref="Label"/> writes them, with commas; empty for none.</param>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public static string Label(string name, string value) =>
        $"{name}=\"{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)}\"";

    public override string ToString() => _text.ToString();
}
