namespace ProcessManager;

/// <summary>Names and values of the child's environment, and what it inherits.</summary>
internal static class EnvironmentRules
{
    public const string Reserved = "PROCMAN_";

    /// <summary>With paths that are names alone.</summary>
    public static IReadOnlyList<Fault> Check(ValueMap<EnvironmentValue?> environment)
    {
        var rules = new RuleList();
        foreach (var (name, value) in environment)
        {
            var path = SpecPath.Key("", name);
            rules.Add(path, NameProblem(name));
            rules.Refuse(
                name.StartsWith(Reserved, StringComparison.Ordinal), path, $"names that start with {Reserved} are reserved; the manager sets them itself");
            if (value is { Text: not null })
            {
                rules.Add(path, TextRules.Problem(value.Text));
            }
            else
            {
                rules.Refuse(value is { Secret: false }, path, "must have a text; null instead of a value removes the name");
            }
        }

        return rules.Faults;
    }

    public static void Check(EnvironmentInheritance? inheritance, RuleList rules)
    {
        if (inheritance is null)
        {
            return;
        }

        rules.Refuse(inheritance.Everything && inheritance.Names.Count > 0, "inheritEnvironment", "must be all or a list of names, not both");
        for (var index = 0; index < inheritance.Names.Count; index++)
        {
            var name = inheritance.Names[index];
            var path = SpecPath.Item("inheritEnvironment", index);
            rules.Add(path, NameProblem(name));
            rules.Refuse(name?.TrimEnd('*').Contains('*', StringComparison.Ordinal) ?? false, path, "may have a * at its end only, where it means every name that starts so");
        }
    }

    private static string? NameProblem(string? name) =>
        name is { Length: 0 } ? "a name must not be empty"
        : name?.Contains('=', StringComparison.Ordinal) ?? false ? "a name must not contain ="
        : TextRules.Problem(name);
}
