namespace ProcessManager;

/// <summary>A file of processes. Its name is their group and the first part of their ids; its environment is under each one's own.</summary>
internal static class FileForm
{
    public static StackSpec? Read(Field field, string? otherwiseNamed, string? directory)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var name = Name(map, otherwiseNamed);
        var environment = map.Object("environment", EnvironmentForm.Read, []);
        field.Faults.AddRules("environment", EnvironmentRules.Check(environment));
        var members = map.Require("processes") is { } processes ? MapReader.Open(processes) : null;
        var keys = members?.Fields().Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal) ?? [];
        var specs = members?.Fields().Select(entry => Member(entry.Key, entry.Field, name, environment, directory)).OfType<ProcessSpec>().Select(spec => WithWholeIds(spec, name, keys)).ToList();
        if (members is not null && specs is [] && field.Faults.None)
        {
            field.Faults.Add("processes", "must hold at least one process");
        }

        map.End();
        return specs is null ? null : new StackSpec(name, [.. specs]);
    }

    /// <summary>Within a file a key is enough; what isn't one of its keys is somebody outside.</summary>
    private static ProcessSpec WithWholeIds(ProcessSpec spec, string name, HashSet<string> keys) => spec with
    {
        DependsOn = [.. spec.DependsOn.Select(on => keys.Contains(on.Id.Value) && ProcessId.TryParse($"{name}.{on.Id}", out var whole) ? on with { Id = whole } : on)],
    };

    private static string Name(MapReader map, string? otherwise)
    {
        var field = otherwise is null ? map.Require("name") : map.Take("name");
        if (field is null)
        {
            return otherwise ?? "";
        }

        return field.Value.Id()?.Value ?? "";
    }

    private static ProcessSpec? Member(string key, Field field, string name, ValueMap<EnvironmentValue?> environment, string? directory)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var own = name.Length == 0 ? key : $"{name}.{key}";
        if (!ProcessId.TryParse(own, out var id))
        {
            field.Faults.Add(field.Path, ProcessId.Rule(Quoted.Text(own).Trim('"')));
        }

        var spec = SpecForm.Read(map);
        map.End();
        FromFile(field, "id", spec.Id is not null, $"is `{own}`, from the file's name and the key; leave it out");
        FromFile(field, "group", spec.Group is not null, "is the file's name; leave it out");
        field.Faults.AddRules(field.Path, SpecRules.Check(spec));
        return spec with
        {
            Id = id,
            Group = name,
            Environment = environment.Concat(spec.Environment).ToValueMap(),
            WorkingDirectory = directory is null ? spec.WorkingDirectory : Path.Combine(directory, spec.WorkingDirectory ?? ""),
            EnvironmentFile = directory is null || spec.EnvironmentFile is null ? spec.EnvironmentFile : Path.Combine(directory, spec.EnvironmentFile),
            Stdin = directory is null || spec.Stdin.Path is null ? spec.Stdin : spec.Stdin with { Path = Path.Combine(directory, spec.Stdin.Path) },
        };
    }

    private static void FromFile(Field member, string key, bool given, string message)
    {
        if (given)
        {
            member.Faults.Add(SpecPath.Key(member.Path, key), message);
        }
    }
}
