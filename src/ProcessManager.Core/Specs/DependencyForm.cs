using System.Text.Json;

namespace ProcessManager;

/// <summary><c>dependsOn: [db, {id, condition, timeout, optional, exitCodes, pattern}]</c>.</summary>
internal static class DependencyForm
{
    public static ValueList<Dependency>? Read(Field field) => field.Items(One);

    public static void Write(Utf8JsonWriter writer, ValueList<Dependency> dependencies)
    {
        writer.WriteStartArray();
        foreach (var on in dependencies)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, on.Id.Value);
            writer.WriteString("condition"u8, on.Condition is { } condition ? Spelling.Of(condition) : null);
            JsonParts.Duration(writer, "timeout", on.Timeout);
            writer.WriteBoolean("optional"u8, on.Optional);
            JsonParts.Integers(writer, "exitCodes", on.ExitCodes);
            writer.WriteString("pattern"u8, on.Pattern);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Dependency? One(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return field.Id() is { } known ? new Dependency(known) : null;
        }

        var map = MapReader.Open(field)!;
        var id = map.Require("id")?.Id();
        var condition = map.Value("condition", f => f.Choice<DependencyCondition>());
        var timeout = map.Value("timeout", f => f.Duration());
        var optional = map.Boolean("optional");
        var exitCodes = map.Object("exitCodes", f => f.Integers(), []);
        var pattern = map.Text("pattern");
        map.End();
        return id is { } named
            ? new Dependency { Id = named, Condition = condition, Timeout = timeout, Optional = optional, ExitCodes = exitCodes, Pattern = pattern }
            : null;
    }
}
