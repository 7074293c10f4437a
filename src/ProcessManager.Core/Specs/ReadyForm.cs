using System.Text.Json;

namespace ProcessManager;

/// <summary><c>ready: probe</c>, <c>ready: notify</c>, or <c>ready: {probe: true | logLine: REGEX | port: N | notify: true, timeout}</c>; with a timeout alone it is the probes.</summary>
internal static class ReadyForm
{
    private const string Wanted = "probe, notify, {logLine: …} or {port: …}, each with a timeout if you like";

    public static ReadySpec? Read(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return field.Is("probe") ? new ReadySpec()
                : field.Is("notify") ? new ReadySpec { By = ReadyBy.Notify }
                : field.Refuse<ReadySpec>(Wanted);
        }

        var map = MapReader.Open(field)!;
        var (probe, notify) = (map.Boolean("probe"), map.Boolean("notify"));
        var line = map.Text("logLine");
        var port = map.Value("port", f => f.Integer());
        var timeout = map.Value("timeout", f => f.Duration());
        map.End();
        if (new[] { probe, notify, line is not null, port is not null }.Count(given => given) > 1)
        {
            map.Fault("must have one of probe, logLine, port and notify");
        }

        return new ReadySpec
        {
            By = notify ? ReadyBy.Notify : line is not null ? ReadyBy.LogLine : port is not null ? ReadyBy.Port : ReadyBy.Probe,
            LogLine = line,
            Port = port,
            Timeout = timeout,
        };
    }

    public static void Write(Utf8JsonWriter writer, ReadySpec? ready)
    {
        if (ready is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        switch (ready.By)
        {
            case ReadyBy.Probe:
                writer.WriteBoolean("probe"u8, value: true);
                break;
            case ReadyBy.LogLine:
                writer.WriteString("logLine"u8, ready.LogLine);
                break;
            case ReadyBy.Port:
                JsonParts.Integer(writer, "port", ready.Port);
                break;
            case ReadyBy.Notify:
                writer.WriteBoolean("notify"u8, value: true);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"ready by {ready.By}");
        }

        JsonParts.Duration(writer, "timeout", ready.Timeout);
        writer.WriteEndObject();
    }
}
