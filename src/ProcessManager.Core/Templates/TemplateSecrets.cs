namespace ProcessManager;

/// <summary>The secrets of a template: those that are written in it aren't shown, and come back as unchanged; a lone variable names one and may be seen.</summary>
internal static class TemplateSecrets
{
    private const string Environment = "environment";
    private const string Secret = "secret";

    public static Template Redacted(Template template) => Changed(template, (_, secret) => IsReference(secret) ? secret : SpecNode.OfBoolean(true));

    /// <summary>With the secrets that came back without text from the one that is there.</summary>
    /// <param name="previous">Null where there is none.</param>
    /// <exception cref="ProcessManagerException">InvalidSpec: there is no such secret.</exception>
    public static Template Filled(Template template, Template? previous)
    {
        var faults = new List<Fault>();
        var filled = Changed(template, (name, secret) =>
        {
            if (secret.Kind != SpecNodeKind.Boolean)
            {
                return secret;
            }

            if (previous is not null && Known(previous, name) is { } known)
            {
                return known;
            }

            faults.Add(new Fault(SpecPath.Key(Environment, name), "says {\"secret\": true}, which means unchanged, and there is no such secret yet; send its text"));
            return secret;
        });
        return faults.Count == 0 ? filled : throw ProcessManagerException.Invalid(faults);
    }

    private static SpecNode? Known(Template template, string name)
    {
        SpecNode? known = null;
        Changed(template, (other, secret) =>
        {
            known = other == name && secret.Kind != SpecNodeKind.Boolean ? secret : known;
            return secret;
        });
        return known;
    }

    private static bool IsReference(SpecNode secret) =>
        TemplateText.Parse(secret.Text, out _) is { IsVariable: true } text && text.Variables.All(variable => variable.Default is null);

    private static Template Changed(Template template, Func<string, SpecNode, SpecNode> change) => new(
        template.Name,
        template.RunOnStartup,
        In(template.Fields, Environment, environment => Each(environment, (name, value) => In(value, Secret, secret => change(name, secret)))),
        template.Variables);

    private static SpecNode In(SpecNode node, string key, Func<SpecNode, SpecNode> change) => Each(node, (name, value) => name == key ? change(value) : value);

    private static SpecNode Each(SpecNode node, Func<string, SpecNode, SpecNode> change) => node.Kind != SpecNodeKind.Map
        ? node
        : SpecNode.Map([.. node.Entries.Select(entry => new SpecEntry(entry.Key, change(entry.Key, entry.Value)))], node.Position);
}
