using System.Text;
using System.Text.RegularExpressions;

namespace ProcessManager.Embedded;

/// <summary>What users write in files: YAML, or JSON where the name ends so. Read as a tree that knows the place of everything in it.</summary>
public static partial class SpecDocument
{
    /// <summary>It never throws: what can't be read becomes a node that says so to whoever binds it. An empty file is null.</summary>
    public static SpecNode Parse(string path, ReadOnlyMemory<byte> utf8) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? SpecJson.ParseFile(utf8) : YamlTree.Parse(Encoding.UTF8.GetString(utf8.Span));

    /// <summary>A template as YAML that reads back as the same.</summary>
    public static string Write(Template template) => YamlText.Write(TemplateForm.Whole(template));

    /// <summary>Faults of a file with their places as editors know to open, <c>shop.yaml:7:5</c>, where the binder knew them.</summary>
    public static IReadOnlyList<Fault> Placed(string file, IEnumerable<Fault> faults) => [.. faults.Select(fault => Placed(file, fault))];

    private static Fault Placed(string file, Fault fault)
    {
        var place = Place().Match(fault.Message);
        var message = fault.Path.Length == 0 ? fault.Message : $"{fault.Path} {fault.Message}";
        return place.Success
            ? new Fault($"{file}:{place.Groups["line"].Value}:{place.Groups["column"].Value}", message[..^place.Length])
            : new Fault(file, message);
    }

    [GeneratedRegex(@" \(line (?<line>\d+), column (?<column>\d+)\)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
