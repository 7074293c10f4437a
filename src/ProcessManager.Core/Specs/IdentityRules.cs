namespace ProcessManager;

/// <summary>Names, group and labels, of the process and of its node.</summary>
internal static class IdentityRules
{
    private const int LongestName = 256;
    private const int MostLabels = 64;

    public static void Check(ProcessSpec spec, RuleList rules)
    {
        rules.Refuse(spec.Id is { } id && id == default(ProcessId), "id", "must have a value; leave it out for one that is made");
        rules.Add("name", spec.Name is null ? null : TextRules.NonEmptyProblem(spec.Name, LongestName));
        rules.Add("group", spec.Group is null ? null : TextRules.NonEmptyProblem(spec.Group, LongestName));
        rules.Refuse(spec.Node is { } node && !ProcessId.TryParse(node, out _), "node", $"{Quoted.Text(spec.Node ?? "")} is not the name of a node: {ProcessId.Characters}");
        Labels("labels", spec.Labels, rules);
        Labels("nodeLabels", spec.NodeLabels, rules);
    }

    private static void Labels(string field, ValueMap<string> labels, RuleList rules)
    {
        rules.Refuse(labels.Count > MostLabels, field, $"has {labels.Count}; at most {MostLabels} are allowed");
        foreach (var (name, value) in labels)
        {
            rules.Add(SpecPath.Key(field, name), LabelProblem(name, value));
        }
    }

    private static string? LabelProblem(string name, string? value) =>
        name.Length == 0 ? "a label's name must not be empty"
        : name.Contains('=', StringComparison.Ordinal) ? "a label's name must not contain =, which separates it from its value in a query"
        : name.Length > LongestName ? $"the name has {name.Length} characters; at most {LongestName} are allowed"
        : value?.Length > LongestName ? $"the value has {value.Length} characters; at most {LongestName} are allowed"
        : TextRules.Problem(name) ?? TextRules.Problem(value);
}
