using System.Text.Json;

namespace ProcessManager;

/// <summary><c>stop: {signal, grace, command, killMode}</c>.</summary>
internal static class StopForm
{
    /// <param name="otherwise">What isn't said.</param>
    public static StopSpec? Read(Field field, StopSpec otherwise)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var stop = new StopSpec
        {
            Signal = map.Value("signal", f => f.Signal(), otherwise.Signal),
            Grace = map.Value("grace", f => f.Duration(), otherwise.Grace),
            Command = map.Text("command"),
            KillMode = map.Value("killMode", f => f.Choice<KillMode>(), otherwise.KillMode),
        };
        map.End();
        return stop;
    }

    public static void Write(Utf8JsonWriter writer, StopSpec stop)
    {
        writer.WriteStartObject();
        writer.WriteString("signal"u8, stop.Signal.Name);
        writer.WriteString("grace"u8, Durations.Format(stop.Grace));
        writer.WriteString("command"u8, stop.Command);
        writer.WriteString("killMode"u8, Spelling.Of(stop.KillMode));
        writer.WriteEndObject();
    }
}
