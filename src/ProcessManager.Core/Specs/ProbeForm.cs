using System.Text.Json;

namespace ProcessManager;

/// <summary>
/// One probe: <c>{http | tcp | command, initialDelay, interval, timeout, successThreshold, failureThreshold}</c>. Short forms: <c>http: URL</c>, <c>http: {port, path}</c>,
/// <c>tcp: PORT</c>, <c>command: PATH</c>, <c>command: [PATH, ARG…]</c>.
/// </summary>
internal static class ProbeForm
{
    private static readonly ProbeTarget.Http Http = new("");
    private static readonly ProbeTarget.Tcp Tcp = new(0);
    private static readonly ProbeSpec Default = new() { Target = Tcp };

    public static ProbeSpec? Read(Field field)
    {
        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var probe = Read(map);
        map.End();
        return probe;
    }

    public static ProbeSpec? Read(MapReader map)
    {
        var (http, tcp, command) = (map.Take("http"), map.Take("tcp"), map.Take("command"));
        var given = new[] { http, tcp, command }.Count(one => one is not null);
        if (given != 1)
        {
            map.Fault(given == 0 ? "must say whom to ask: http, tcp or command" : "must have one of http, tcp and command");
        }

        ProbeTarget? target = null;
        if (http is { } h)
        {
            target = ReadHttp(h);
        }
        else if (tcp is { } t)
        {
            target = ReadTcp(t);
        }
        else if (command is { } c)
        {
            target = ReadCommand(c);
        }

        var probe = new ProbeSpec
        {
            Target = target ?? Tcp,
            InitialDelay = map.Value("initialDelay", f => f.Duration(), Default.InitialDelay),
            Interval = map.Value("interval", f => f.Duration(), Default.Interval),
            Timeout = map.Value("timeout", f => f.Duration(), Default.Timeout),
            SuccessThreshold = map.Value("successThreshold", f => f.Integer(), Default.SuccessThreshold),
            FailureThreshold = map.Value("failureThreshold", f => f.Integer(), Default.FailureThreshold),
        };
        return target is null ? null : probe;
    }

    public static void Write(Utf8JsonWriter writer, ProbeSpec? probe)
    {
        if (probe is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        Write(writer, probe.Target);
        JsonParts.Duration(writer, "initialDelay", probe.InitialDelay);
        JsonParts.Duration(writer, "interval", probe.Interval);
        JsonParts.Duration(writer, "timeout", probe.Timeout);
        writer.WriteNumber("successThreshold"u8, probe.SuccessThreshold);
        writer.WriteNumber("failureThreshold"u8, probe.FailureThreshold);
        writer.WriteEndObject();
    }

    private static ProbeTarget.Http? ReadHttp(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.Text)
        {
            return field.Text() is { } whole ? new ProbeTarget.Http(whole) : null;
        }

        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var url = map.Text("url");
        var port = map.Value("port", f => f.Integer());
        var path = map.Text("path");
        if (url is null == port is null)
        {
            map.Fault("must have either a url or a port of localhost");
        }
        else if (url is not null && path is not null)
        {
            map.Fault("has a path in its url already");
        }

        var http = new ProbeTarget.Http(url ?? $"http://localhost:{port}{(path is ['/', ..] ? "" : "/")}{path}")
        {
            Method = map.Object("method", f => f.Text(), Http.Method),
            Headers = map.Object("headers", f => f.Values(v => v.Text() is { } text ? (true, text) : (false, "")), Http.Headers),
            ExpectedStatus = map.Object("expectedStatus", Statuses, Http.ExpectedStatus),
            Contains = map.Text("contains"),
            SkipTls = map.Boolean("skipTls"),
        };
        map.End();
        return url is null && port is null ? null : http;
    }

    private static ValueList<int>? Statuses(Field field) =>
        field.Node.Kind == SpecNodeKind.List ? field.Integers() : field.Integer() is { } one ? [one] : null;

    private static ProbeTarget.Tcp? ReadTcp(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.Number)
        {
            return field.Integer() is { } only ? new ProbeTarget.Tcp(only) : null;
        }

        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var port = map.Require("port")?.Integer();
        var host = map.Object("host", f => f.Text(), Tcp.Host);
        map.End();
        return port is { } number ? new ProbeTarget.Tcp(number) { Host = host } : null;
    }

    private static ProbeTarget.Command? ReadCommand(Field field)
    {
        if (field.Node.Kind == SpecNodeKind.Text)
        {
            return field.Text() is { } alone ? new ProbeTarget.Command(alone) : null;
        }

        if (field.Node.Kind == SpecNodeKind.List)
        {
            return field.Texts() is not { } words ? null
                : words is [var first, ..] ? new ProbeTarget.Command(first) { Args = [.. words.Skip(1)] }
                : field.Refuse<ProbeTarget.Command>("a command and its arguments");
        }

        if (MapReader.Open(field) is not { } map)
        {
            return null;
        }

        var command = map.Require("command")?.Text();
        var args = map.Object("args", f => f.Texts(), []);
        var shell = map.Boolean("shell");
        var expected = map.Value("expectedExitCode", f => f.Integer(), 0);
        map.End();
        return command is null ? null : new ProbeTarget.Command(command) { Args = args, Shell = shell, ExpectedExitCode = expected };
    }

    private static void Write(Utf8JsonWriter writer, ProbeTarget target)
    {
        switch (target)
        {
            case ProbeTarget.Http http:
                writer.WriteStartObject("http"u8);
                writer.WriteString("url"u8, http.Url);
                writer.WriteString("method"u8, http.Method);
                writer.WriteStartObject("headers"u8);
                foreach (var (name, value) in http.Headers)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
                JsonParts.Integers(writer, "expectedStatus", http.ExpectedStatus);
                writer.WriteString("contains"u8, http.Contains);
                writer.WriteBoolean("skipTls"u8, http.SkipTls);
                break;
            case ProbeTarget.Tcp tcp:
                writer.WriteStartObject("tcp"u8);
                writer.WriteString("host"u8, tcp.Host);
                writer.WriteNumber("port"u8, tcp.Port);
                break;
            case ProbeTarget.Command command:
                writer.WriteStartObject("command"u8);
                writer.WriteString("command"u8, command.Executable);
                JsonParts.Texts(writer, "args", command.Args);
                writer.WriteBoolean("shell"u8, command.Shell);
                writer.WriteNumber("expectedExitCode"u8, command.ExpectedExitCode);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"target {target.GetType().Name}");
        }

        writer.WriteEndObject();
    }
}
