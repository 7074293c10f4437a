namespace ProcessManager.Cli;

/// <summary>A command that is run from a shell finds that shell's environment, whoever starts it.</summary>
internal static class CallersEnvironment
{
    /// <summary>
    /// For a daemon, which has an environment of its own: all of ours goes with the spec. As secrets, because some of it is (tokens), and nobody chose to show it.
    /// </summary>
    public static ProcessSpec SentWith(ProcessSpec spec, Caller caller)
    {
        // What a manager says to its own child isn't for a child of another one.
        var ours = caller.Environment.Where(pair => !pair.Key.StartsWith("PROCMAN_", StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key, (EnvironmentValue?)new EnvironmentValue(pair.Value, Secret: true)));
        return spec with { Environment = ours.Concat(spec.Environment).ToValueMap(), InheritEnvironment = EnvironmentInheritance.None };
    }

    /// <summary>For a manager in this process, with which its children end whatever the spec says: nobody would adopt them.</summary>
    public static ProcessSpec InheritedBy(ProcessSpec spec) =>
        spec with { InheritEnvironment = spec.InheritEnvironment ?? EnvironmentInheritance.All, Lifetime = Lifetime.WithManager };
}
