using System.Text.Json;

namespace ProcessManager;

/// <summary>What goes with the calls that are about several processes.</summary>
internal static class StackForms
{
    /// <summary>A stack as <see cref="FileForm"/> reads it: what the file says for all is with each of them already.</summary>
    public static void Write(Utf8JsonWriter writer, StackSpec stack)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, stack.Name);
        writer.WriteStartObject("processes"u8);
        foreach (var spec in stack.Processes)
        {
            writer.WriteStartObject(stack.KeyOf(spec.Id!.Value));
            SpecForm.Write(writer, spec with { Id = null, Group = null });
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static DownOptions Down(MapReader map) => new()
    {
        Timeout = Timeout(map),
        Force = Force(map),
        Remove = map.Boolean("remove"),
    };

    /// <param name="stops">Whether it is of a stop, which has a deadline.</param>
    public static SelectionRequest Selection(MapReader map, bool stops)
    {
        var selection = new ProcessSelection
        {
            All = map.Boolean("all"),
            Group = map.Text("group"),
            Labels = map.Object("labels", f => f.Values(l => l.Node.Kind == SpecNodeKind.Null ? (true, null) : (l.Text() is { } text, (string?)l.Node.Text)), []),
            Ids = map.Object("ids", f => f.Items(item => item.Id()) is { } ids ? new ValueList<ProcessId>([.. ids.Select(id => id!.Value)]) : null, []),
        };
        return new SelectionRequest(selection, stops ? new StopAllOptions { Timeout = Timeout(map), Force = Force(map) } : new StopAllOptions());
    }

    private static TimeSpan Timeout(MapReader map) => map.Value("timeout", f => f.Duration(), new StopAllOptions().Timeout);

    private static bool Force(MapReader map) => map.Value("force", f => f.Boolean(), true);
}
