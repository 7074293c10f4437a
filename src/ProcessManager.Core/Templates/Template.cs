using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProcessManager;

/// <summary>
/// A spec to start processes from, by its name, with variables in its texts. Written, stored and sent as one map: a spec's fields and
/// <c>runOnStartup</c>; its <c>name</c> is the name of the processes too.
/// </summary>
[JsonConverter(typeof(TemplateConverter))]
public sealed class Template
{
    internal Template(ProcessId name, bool runOnStartup, SpecNode fields, ValueList<TemplateVariable> variables) =>
        (Name, RunOnStartup, Fields, Variables) = (name, runOnStartup, fields, variables);

    public ProcessId Name { get; }

    /// <summary>Whether its process is started once with each start of the manager (of the cluster).</summary>
    public bool RunOnStartup { get; }

    /// <summary>By name.</summary>
    public ValueList<TemplateVariable> Variables { get; }

    /// <summary>A spec's fields, but the name.</summary>
    internal SpecNode Fields { get; }

    /// <summary>A template of a spec as it stands.</summary>
    /// <exception cref="ProcessManagerException">InvalidSpec.</exception>
    public static Template Of(ProcessId name, ProcessSpec spec, bool runOnStartup = false) =>
        TemplateForm.Read(TemplateFields.Fields(spec), name.Value, runOnStartup).Value;

    /// <summary>The template of a file, YAML or JSON, with every fault of it at once.</summary>
    /// <param name="otherwiseNamed">The name of one that has none of its own; without it that is a fault.</param>
    public static Bound<Template> Read(SpecNode node, string? otherwiseNamed = null) => TemplateForm.Read(node, otherwiseNamed);

    /// <summary>The spec with the values in its places. Its id is the template's name unless the template says another.</summary>
    /// <param name="environment">The manager's.</param>
    public Bound<ProcessSpec> Fill(ValueMap<string> arguments, Func<string, string?> environment)
    {
        var faults = new FaultList();
        foreach (var (name, value) in arguments)
        {
            var path = SpecPath.Key("arguments", name);
            if (Variables.All(variable => variable.Environment || variable.Name != name))
            {
                faults.Add(path, Unknown(name));
            }

            if (TextRules.Problem(value) is { } problem)
            {
                faults.Add(path, problem);
            }
        }

        var filled = TemplateTree.Fill(
            Fields, variable => (variable.Environment ? environment(variable.Name) : arguments.GetValueOrDefault(variable.Name)) ?? variable.Default, faults);
        return faults.None ? TemplateFields.Bind(filled, Name) : new Bound<ProcessSpec>(null, faults);
    }

    private string Unknown(string name)
    {
        var known = Variables.Where(variable => !variable.Environment).Select(variable => variable.Name).Distinct(StringComparer.Ordinal).ToList();
        return known.Count == 0 ? "is no variable of the template, which has none"
            : NearestKey.To(name, known) is { } near ? $"is no variable of the template; did you mean `{near}`?"
            : $"is no variable of the template; it has {string.Join(", ", known)}";
    }
}

/// <summary>What is known of a template, be it one that can't be used.</summary>
public sealed record TemplateInfo
{
    /// <summary>Of one that can't be read: its file's.</summary>
    public required string Name { get; init; }

    public bool RunOnStartup { get; init; }

    public ValueList<TemplateVariable> Variables { get; init; } = [];

    /// <summary>The file that it is in; null where it isn't in one.</summary>
    public string? Source { get; init; }

    /// <summary>Why it can't be used, with line and column; empty when it can.</summary>
    public ValueList<string> Problems { get; init; } = [];

    internal static TemplateInfo Of(Template template, string? source = null) => new()
    {
        Name = template.Name.Value,
        RunOnStartup = template.RunOnStartup,
        Variables = template.Variables,
        Source = source,
    };
}

/// <summary>How a process is started from a template.</summary>
public sealed record TemplateStart
{
    /// <summary>The process' id; the template's when absent (its <c>id</c>, else its name). For a second one from the same template.</summary>
    public ProcessId? Id { get; init; }

    /// <summary>Values of its variables.</summary>
    public ValueMap<string> Arguments { get; init; } = [];
}

/// <summary>A template as the map that it is written as, secrets in clear: what is shown went through <see cref="TemplateSecrets"/> first.</summary>
internal sealed class TemplateConverter : JsonConverter<Template>
{
    public override Template Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return TemplateForm.Stored(SpecJson.FromElement(document.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, Template value, JsonSerializerOptions options) => SpecTree.Write(writer, TemplateForm.Whole(value));
}
