using System.Text.Json;

namespace ProcessManager;

/// <summary>
/// A whole spec as users write it, and its canonical JSON: every field, absent ones as null, which is read back as an equal spec.
/// </summary>
internal static class SpecForm
{
    private static readonly ProcessSpec Default = new() { Command = "" };

    /// <summary>What isn't said is what its pattern fills in, if it has one.</summary>
    /// <param name="needsCommand">Without it a spec that has none gets an empty one.</param>
    public static ProcessSpec Read(MapReader map, bool needsCommand = true)
    {
        var pattern = map.Object("pattern", PatternForm.Read);
        return Read(map, pattern is null ? Default : PatternRules.Fill(Default, pattern), needsCommand);
    }

    private static ProcessSpec Read(MapReader map, ProcessSpec otherwise, bool needsCommand) => new()
    {
        Id = map.Value("id", f => f.Id()),
        Name = map.Text("name"),
        Labels = map.Object("labels", Labels, Default.Labels),
        Group = map.Text("group"),
        Command = (needsCommand ? map.Require("command") : map.Take("command"))?.Text() ?? "",
        Args = map.Object("args", f => f.Texts(), Default.Args),
        Shell = map.Boolean("shell"),
        WorkingDirectory = map.Text("workingDirectory"),
        Environment = map.Object("environment", EnvironmentForm.Read, Default.Environment),
        EnvironmentFile = map.Text("environmentFile"),
        InheritEnvironment = map.Object("inheritEnvironment", EnvironmentForm.ReadInheritance),
        User = map.Text("user"),
        OsGroup = map.Text("osGroup"),
        SupplementaryGroups = map.Object("supplementaryGroups", f => f.Texts()),
        Umask = map.Value("umask", Umask),
        Nice = map.Value("nice", f => f.Integer()),
        CpuAffinity = map.Object("cpuAffinity", f => f.Integers()),
        Limits = map.Object("limits", LimitForm.Read, Default.Limits),
        NoNewPrivileges = map.Boolean("noNewPrivileges"),
        Resources = map.Object("resources", ResourceForm.Read, Default.Resources),
        Stdin = map.Object("stdin", StdinForm.Read, Default.Stdin),
        Output = map.Object("output", OutputForm.Read, Default.Output),
        Lifetime = map.Value("lifetime", f => f.Choice<Lifetime>()),
        Timeout = map.Value("timeout", f => f.Duration()),
        IdleTimeout = map.Value("idleTimeout", f => f.Duration()),
        Health = map.Says("health") ? map.Object("health", HealthForm.Read) : otherwise.Health,
        Ready = map.Object("ready", ReadyForm.Read),
        Watchdog = map.Value("watchdog", f => f.Duration()),
        Stop = map.Object("stop", f => StopForm.Read(f, otherwise.Stop), otherwise.Stop),
        Restart = map.Object("restart", f => RestartForm.Read(f, otherwise.Restart), otherwise.Restart),
        DependsOn = map.Object("dependsOn", DependencyForm.Read, otherwise.DependsOn),
        Schedule = map.Object("schedule", ScheduleForm.Read),
        Hooks = map.Object("hooks", HooksForm.Read),
        Node = map.Text("node"),
        NodeLabels = map.Object("nodeLabels", Labels, Default.NodeLabels),
        OnNodeLost = map.Value("onNodeLost", f => f.Choice<OnNodeLost>(), Default.OnNodeLost),
        Retention = map.Value("retention", f => f.Duration(), Default.Retention),
        Replicas = map.Value("replicas", f => f.Integer(), Default.Replicas),
        Replica = map.Value("replica", f => f.Integer()),
        Pattern = otherwise.Pattern,
    };

    /// <summary>The fields alone, without the braces around them: a run's body adds its own.</summary>
    public static void Write(Utf8JsonWriter writer, ProcessSpec spec)
    {
        writer.WriteString("id"u8, spec.Id?.Value);
        writer.WriteString("name"u8, spec.Name);
        WriteLabels(writer, "labels", spec.Labels);
        writer.WriteString("group"u8, spec.Group);
        writer.WriteString("command"u8, spec.Command);
        JsonParts.Texts(writer, "args", spec.Args);
        writer.WriteBoolean("shell"u8, spec.Shell);
        writer.WriteString("workingDirectory"u8, spec.WorkingDirectory);
        writer.WritePropertyName("environment"u8);
        EnvironmentForm.Write(writer, spec.Environment);
        writer.WriteString("environmentFile"u8, spec.EnvironmentFile);
        writer.WritePropertyName("inheritEnvironment"u8);
        EnvironmentForm.WriteInheritance(writer, spec.InheritEnvironment);
        WriteExecution(writer, spec);
        writer.WritePropertyName("stdin"u8);
        StdinForm.Write(writer, spec.Stdin);
        writer.WritePropertyName("output"u8);
        OutputForm.Write(writer, spec.Output);
        writer.WriteString("lifetime"u8, spec.Lifetime is { } lifetime ? Spelling.Of(lifetime) : null);
        JsonParts.Duration(writer, "timeout", spec.Timeout);
        JsonParts.Duration(writer, "idleTimeout", spec.IdleTimeout);
        writer.WritePropertyName("health"u8);
        HealthForm.Write(writer, spec.Health);
        writer.WritePropertyName("ready"u8);
        ReadyForm.Write(writer, spec.Ready);
        JsonParts.Duration(writer, "watchdog", spec.Watchdog);
        writer.WritePropertyName("stop"u8);
        StopForm.Write(writer, spec.Stop);
        writer.WritePropertyName("restart"u8);
        RestartForm.Write(writer, spec.Restart);
        writer.WritePropertyName("dependsOn"u8);
        DependencyForm.Write(writer, spec.DependsOn);
        writer.WritePropertyName("schedule"u8);
        ScheduleForm.Write(writer, spec.Schedule);
        writer.WritePropertyName("hooks"u8);
        HooksForm.Write(writer, spec.Hooks);
        writer.WriteString("node"u8, spec.Node);
        WriteLabels(writer, "nodeLabels", spec.NodeLabels);
        writer.WriteString("onNodeLost"u8, Spelling.Of(spec.OnNodeLost));
        JsonParts.Duration(writer, "retention", spec.Retention);
        writer.WriteNumber("replicas"u8, spec.Replicas);
        JsonParts.Integer(writer, "replica", spec.Replica);
        writer.WritePropertyName("pattern"u8);
        PatternForm.Write(writer, spec.Pattern);
    }

    private static void WriteLabels(Utf8JsonWriter writer, string key, ValueMap<string> labels)
    {
        writer.WriteStartObject(key);
        foreach (var (name, value) in labels)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteExecution(Utf8JsonWriter writer, ProcessSpec spec)
    {
        writer.WriteString("user"u8, spec.User);
        writer.WriteString("osGroup"u8, spec.OsGroup);
        JsonParts.Texts(writer, "supplementaryGroups", spec.SupplementaryGroups);
        writer.WriteString("umask"u8, spec.Umask is { } umask ? Convert.ToString(umask, 8).PadLeft(3, '0') : null);
        JsonParts.Integer(writer, "nice", spec.Nice);
        JsonParts.Integers(writer, "cpuAffinity", spec.CpuAffinity);
        writer.WritePropertyName("limits"u8);
        LimitForm.Write(writer, spec.Limits);
        writer.WriteBoolean("noNewPrivileges"u8, spec.NoNewPrivileges);
        writer.WritePropertyName("resources"u8);
        ResourceForm.Write(writer, spec.Resources);
    }

    private static ValueMap<string>? Labels(Field field) => field.Values(f => f.Text() is { } text ? (true, text) : (false, ""));

    /// <summary>Octal text. A bare number is refused: whether 22 means 022 or 0o26 is anybody's guess.</summary>
    private static int? Umask(Field field)
    {
        const string Wanted = "octal text, as \"022\"";
        var text = field.Node.Text;
        if (field.Node.Kind == SpecNodeKind.Number && text == "0")
        {
            return 0;
        }

        if (field.Node.Kind != SpecNodeKind.Text || text.Length is 0 or > 5 || text.Any(c => c is < '0' or > '7'))
        {
            return field.RefuseValue<int>(Wanted);
        }

        return text.Aggregate(0, (mask, digit) => (mask * 8) + (digit - '0'));
    }
}
