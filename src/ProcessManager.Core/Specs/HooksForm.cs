using System.Text.Json;

namespace ProcessManager;

/// <summary><c>hooks: {onStart, …: a shell line or [executable, args], onEvent: {types, command}}</c>.</summary>
internal static class HooksForm
{
    public static HooksSpec? Read(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var hooks = new HooksSpec
        {
            OnStart = map.Object("onStart", Command),
            OnReady = map.Object("onReady", Command),
            OnStop = map.Object("onStop", Command),
            OnRestart = map.Object("onRestart", Command),
            OnCrash = map.Object("onCrash", Command),
            OnUnhealthy = map.Object("onUnhealthy", Command),
            OnFinished = map.Object("onFinished", Command),
            OnEvent = map.Object("onEvent", Event),
        };
        map.End();
        return hooks.All.Any() ? hooks : null;
    }

    public static void Write(Utf8JsonWriter writer, HooksSpec? hooks)
    {
        if (hooks is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, command) in hooks.All.Where(hook => hook.Name != "onEvent"))
        {
            writer.WritePropertyName(name);
            Write(writer, command);
        }

        if (hooks.OnEvent is { } any)
        {
            writer.WriteStartObject("onEvent"u8);
            writer.WriteStartArray("types"u8);
            foreach (var type in any.Types)
            {
                writer.WriteStringValue(Spelling.Of(type));
            }

            writer.WriteEndArray();
            writer.WritePropertyName("command"u8);
            Write(writer, any.Command);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, HookCommand command)
    {
        if (command is { Shell: true, Words: [var line] })
        {
            writer.WriteStringValue(line);
        }
        else
        {
            JsonParts.Texts(writer, command.Words);
        }
    }

    private static HookCommand? Command(Field field) =>
        field.Node.Kind == SpecNodeKind.List ? (field.Texts() is { } words ? new HookCommand(words, Shell: false) : null)
        : field.Text() is { } line ? HookCommand.Line(line)
        : null;

    private static EventHook? Event(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var types = map.Require("types") is { } list ? list.Items(item => item.Choice<EventType>()) : null;
        var command = map.Require("command") is { } words ? Command(words) : null;
        map.End();
        return types is null || command is null ? null : new EventHook(new([.. types.Select(type => type!.Value)]), command);
    }
}
