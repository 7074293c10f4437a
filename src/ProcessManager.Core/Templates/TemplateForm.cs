namespace ProcessManager;

/// <summary><c>{name, runOnStartup, …}</c>, the rest a spec's fields with variables in their values.</summary>
internal static class TemplateForm
{
    private const string NameKey = "name";
    private const string StartupKey = "runOnStartup";

    /// <param name="runOnStartup">Where it doesn't say.</param>
    public static Bound<Template> Read(SpecNode node, string? otherwiseNamed, bool runOnStartup = false)
    {
        var faults = new FaultList();
        var root = new Field(node, "", faults);
        if (MapReader.Open(root) is not { } map)
        {
            return new(null, faults);
        }

        var name = Name(map, otherwiseNamed);
        var startup = map.Value(StartupKey, field => field.Boolean(), runOnStartup);
        if (!faults.None)
        {
            return new(null, faults);
        }

        var fields = SpecNode.Map([.. node.Entries.Where(entry => entry.Key is not (NameKey or StartupKey))], node.Position);
        var texts = TemplateTree.Texts(fields, faults).ToList();
        var template = new Template(name, startup, fields, Variables(texts.SelectMany(text => text.Text.Variables)));
        var open = texts.Where(text => text.Text.Variables.Any(variable => variable.Environment || variable.Default is null)).Select(text => text.Path);
        TemplateFields.Check(template, open.ToHashSet(StringComparer.Ordinal), faults);
        return new(template, faults);
    }

    /// <summary>One that was checked when it was taken, maybe by a version with other fields.</summary>
    public static Template Stored(SpecNode node)
    {
        var faults = new FaultList { Lenient = true };
        var map = MapReader.Open(new Field(node, "", faults));
        var name = map is null ? default : Name(map, otherwise: null);
        var startup = map?.Value(StartupKey, field => field.Boolean(), otherwise: false) ?? false;
        if (!faults.None)
        {
            throw new System.Text.Json.JsonException(string.Join("; ", faults.ToList()));
        }

        var fields = SpecNode.Map([.. node.Entries.Where(entry => entry.Key is not (NameKey or StartupKey))]);
        return new Template(name, startup, fields, Variables(TemplateTree.Texts(fields, faults).SelectMany(text => text.Text.Variables)));
    }

    /// <summary>The map that it is written as.</summary>
    public static SpecNode Whole(Template template) => SpecNode.Map(
        [new SpecEntry(NameKey, SpecNode.OfText(template.Name.Value)), new SpecEntry(StartupKey, SpecNode.OfBoolean(template.RunOnStartup)), .. template.Fields.Entries]);

    private static ProcessId Name(MapReader map, string? otherwise)
    {
        var field = otherwise is null ? map.Require(NameKey) : map.Take(NameKey);
        if (field is { } given)
        {
            return given.Id() ?? default;
        }

        if (!ProcessId.TryParse(otherwise, out var name) && otherwise is not null)
        {
            map.Fault($"has no name of its own, and {ProcessId.Rule(Quoted.Text(otherwise).Trim('"'))}");
        }

        return name;
    }

    private static ValueList<TemplateVariable> Variables(IEnumerable<TemplateVariable> variables) =>
        [.. variables.Distinct().OrderBy(variable => variable.Name, StringComparer.Ordinal).ThenBy(variable => variable.Default, StringComparer.Ordinal)];
}
