namespace ProcessManager;

/// <summary>What users are shown of a spec's secrets, and how they send them back.</summary>
public static class Secrets
{
    /// <summary>The spec as it may be shown: its secrets have no text and read as <c>{"secret": true}</c>.</summary>
    public static ProcessSpec Redacted(this ProcessSpec spec) => spec with
    {
        Environment = spec.Environment.Select(entry => KeyValuePair.Create(entry.Key, Shown(entry.Value))).ToValueMap(),
    };

    /// <summary>The spec with the secrets that came back without text, which means unchanged, filled in from the one in force.</summary>
    /// <param name="previous">Null where there is none yet.</param>
    /// <exception cref="ProcessManagerException"><see cref="ErrorCode.InvalidSpec"/>: the one in force has no such secret.</exception>
    public static ProcessSpec WithSecretsOf(this ProcessSpec spec, ProcessSpec? previous)
    {
        var faults = new List<Fault>();
        var environment = spec.Environment.Select(entry => KeyValuePair.Create(entry.Key, Fill(entry.Key, entry.Value))).ToValueMap();
        return faults.Count == 0 ? spec with { Environment = environment } : throw ProcessManagerException.Invalid(faults);

        EnvironmentValue? Fill(string name, EnvironmentValue? value)
        {
            if (value is not { Secret: true, Text: null })
            {
                return value;
            }

            if (previous is not null && previous.Environment.TryGetValue(name, out var known) && known is { Secret: true, Text: not null })
            {
                return known;
            }

            faults.Add(new Fault(SpecPath.Key("environment", name), "says {\"secret\": true}, which means unchanged, and there is no such secret yet; send its text"));
            return value;
        }
    }

    private static EnvironmentValue? Shown(EnvironmentValue? value) => value is { Secret: true } ? value with { Text = null } : value;
}
