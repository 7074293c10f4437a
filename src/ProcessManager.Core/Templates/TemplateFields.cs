using System.Text.Json;

namespace ProcessManager;

/// <summary>What a template's fields are as a spec.</summary>
internal static class TemplateFields
{
    /// <summary>Which template a process is from.</summary>
    public const string Label = "procman.template";

    /// <summary>The spec of a template whose variables are filled in.</summary>
    public static Bound<ProcessSpec> Bind(SpecNode filled, ProcessId name)
    {
        var bound = SpecBinder.Process(filled);
        return !bound.Valid ? bound : new Bound<ProcessSpec>(
            bound.Value with
            {
                Id = bound.Value.Id ?? name,
                Name = name.Value,
                Labels = bound.Value.Labels.Append(new(Label, name.Value)).ToValueMap(),
            },
            new FaultList());
    }

    /// <summary>What is wrong with the template whatever its arguments will be: a field with a value that isn't known yet is taken to be right.</summary>
    /// <param name="open">Where such texts are.</param>
    public static void Check(Template template, HashSet<string> open, FaultList faults)
    {
        var filled = TemplateTree.Fill(template.Fields, variable => variable.Default ?? "1", faults);
        var found = SpecBinder.Process(filled);
        var unknown = open.Select(Top).ToHashSet(StringComparer.Ordinal);
        faults.AddRules("", found.Faults.Where(fault => !unknown.Contains(Top(fault.Path)) || fault.Message.StartsWith("unknown key", StringComparison.Ordinal)));
    }

    /// <summary>
    /// The fields of a spec, with what every spec has left out. Texts with <c>${</c> are written so that they stay as they are.
    /// </summary>
    public static SpecNode Fields(ProcessSpec spec)
    {
        var node = Node(spec);
        if (spec.Pattern is not null)
        {
            // It would fill in what is left out.
            return Literal(SpecNode.Map([.. node.Entries.Where(entry => entry.Key != "name")]));
        }

        var plain = Node(new ProcessSpec { Command = "" }).Entries.ToDictionary(entry => entry.Key, entry => SpecTree.Json(entry.Value), StringComparer.Ordinal);
        return Literal(SpecNode.Map([.. node.Entries.Where(entry => entry.Key != "name" && (entry.Key == "command" || SpecTree.Json(entry.Value) != plain[entry.Key]))]));
    }

    /// <summary>The field of the spec: what is wrong in one field may be because of what isn't known in it.</summary>
    private static string Top(string path) => path.IndexOfAny(['.', '[']) is > 0 and var end ? path[..end] : path;

    private static SpecNode Node(ProcessSpec spec) => SpecJson.FromElement(JsonSerializer.SerializeToElement(spec, ProcessManagerJson.Options));

    private static SpecNode Literal(SpecNode node) => node.Kind switch
    {
        SpecNodeKind.Text => SpecNode.OfText(node.Text.Replace("${", "$${", StringComparison.Ordinal)),
        SpecNodeKind.List => SpecNode.List([.. node.Items.Select(Literal)]),
        SpecNodeKind.Map => SpecNode.Map([.. node.Entries.Select(entry => new SpecEntry(entry.Key, Literal(entry.Value)))]),
        _ => node,
    };
}
