namespace ProcessManager;

/// <summary>What an update changes, and whether that touches the child.</summary>
public static class SpecDifference
{
    /// <summary>Every field but the id, by its name outside, and whether it changes in place.</summary>
    private static readonly (string Name, bool InPlace, Func<ProcessSpec, object?> Value)[] Fields =
    [
        ("name", true, spec => spec.Name),
        ("labels", true, spec => spec.Labels),
        ("group", true, spec => spec.Group),
        ("command", false, spec => spec.Command),
        ("args", false, spec => spec.Args),
        ("shell", false, spec => spec.Shell),
        ("workingDirectory", false, spec => spec.WorkingDirectory),
        ("environment", false, spec => spec.Environment),
        ("environmentFile", false, spec => spec.EnvironmentFile),
        ("inheritEnvironment", false, spec => spec.InheritEnvironment),
        ("user", false, spec => spec.User),
        ("osGroup", false, spec => spec.OsGroup),
        ("supplementaryGroups", false, spec => spec.SupplementaryGroups),
        ("umask", false, spec => spec.Umask),
        ("nice", false, spec => spec.Nice),
        ("cpuAffinity", false, spec => spec.CpuAffinity),
        ("limits", false, spec => spec.Limits),
        ("noNewPrivileges", false, spec => spec.NoNewPrivileges),
        ("resources", false, spec => spec.Resources),
        ("stdin", false, spec => spec.Stdin),
        ("output", false, spec => spec.Output),
        ("lifetime", false, spec => spec.Lifetime),
        ("timeout", false, spec => spec.Timeout),
        ("idleTimeout", false, spec => spec.IdleTimeout),
        ("health", true, spec => spec.Health),
        ("ready", false, spec => spec.Ready),
        ("watchdog", false, spec => spec.Watchdog),
        ("dependsOn", true, spec => spec.DependsOn),
        ("node", false, spec => spec.Node),
        ("nodeLabels", false, spec => spec.NodeLabels),
        ("onNodeLost", true, spec => spec.OnNodeLost),
        ("stop", true, spec => spec.Stop),
        ("schedule", true, spec => spec.Schedule),
        ("hooks", true, spec => spec.Hooks),
        ("restart", true, spec => spec.Restart),
        ("retention", true, spec => spec.Retention),
        ("replicas", true, spec => spec.Replicas),
        ("replica", false, spec => spec.Replica),
        ("pattern", true, spec => spec.Pattern),
    ];

    /// <summary>What it takes to get from one spec to another of the same process, and the fields that differ.</summary>
    /// <param name="old">Null where there is none yet.</param>
    public static UpdatePlan Between(ProcessSpec? old, ProcessSpec next)
    {
        if (old is null)
        {
            return new UpdatePlan(UpdateEffect.Create, []);
        }

        var changed = Fields.Where(field => !Equals(field.Value(old), field.Value(next))).ToList();
        var effect = changed.Count == 0 ? UpdateEffect.Nothing : changed.All(field => field.InPlace) ? UpdateEffect.InPlace : UpdateEffect.Restart;
        return new UpdatePlan(effect, [.. changed.Select(field => field.Name)]);
    }
}
