using System.Text.Json;

namespace ProcessManager;

/// <summary><c>pattern: {database: {port: 5432}}</c>, or the name alone of one that needs nothing: <c>pattern: worker</c>.</summary>
internal static class PatternForm
{
    private const string Known = "webServer, database, worker, blockchainNode";

    public static ProcessPattern? Read(Field field)
    {
        if (field.Node.Kind != SpecNodeKind.Map)
        {
            return field.Is("worker") ? new ProcessPattern.Worker() : field.Refuse<ProcessPattern>($"one of {Known} with its parameters");
        }

        var map = MapReader.Open(field)!;
        var given = new[] { Of(map, "webServer", WebServer), Of(map, "database", Database), Of(map, "worker", Worker), Of(map, "blockchainNode", BlockchainNode) };
        map.End();
        if (field.Node.Entries.Count != 1)
        {
            field.Faults.Add(field.Path, $"must be one of {Known}");
        }

        return given.FirstOrDefault(pattern => pattern is not null);
    }

    public static void Write(Utf8JsonWriter writer, ProcessPattern? pattern)
    {
        if (pattern is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        switch (pattern)
        {
            case ProcessPattern.WebServer web:
                writer.WriteStartObject("webServer"u8);
                writer.WriteNumber("port"u8, web.Port);
                writer.WriteString("healthPath"u8, web.HealthPath);
                writer.WriteString("healthInterval"u8, Durations.Format(web.HealthInterval));
                break;
            case ProcessPattern.Database database:
                writer.WriteStartObject("database"u8);
                writer.WriteNumber("port"u8, database.Port);
                writer.WriteString("host"u8, database.Host);
                writer.WriteString("startupTime"u8, Durations.Format(database.StartupTime));
                break;
            case ProcessPattern.Worker worker:
                writer.WriteStartObject("worker"u8);
                writer.WriteString("healthCommand"u8, worker.HealthCommand);
                writer.WriteBoolean("restartOnCrash"u8, worker.RestartOnCrash);
                writer.WriteNumber("maxRestarts"u8, worker.MaxRestarts);
                break;
            case ProcessPattern.BlockchainNode node:
                writer.WriteStartObject("blockchainNode"u8);
                writer.WriteNumber("port"u8, node.Port);
                writer.WriteString("startupTime"u8, Durations.Format(node.StartupTime));
                writer.WriteString("grace"u8, Durations.Format(node.Grace));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"pattern {pattern.GetType().Name}");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static ProcessPattern? Of(MapReader map, string name, Func<MapReader, ProcessPattern?> read)
    {
        if (map.Take(name) is not { } field || MapReader.Open(field) is not { } parameters)
        {
            return null;
        }

        var pattern = read(parameters);
        parameters.End();
        return pattern;
    }

    private static ProcessPattern? WebServer(MapReader map)
    {
        var plain = new ProcessPattern.WebServer(Port(map) ?? 0);
        return plain with
        {
            HealthPath = map.Object("healthPath", f => f.Text(), plain.HealthPath),
            HealthInterval = map.Value("healthInterval", f => f.Duration(), plain.HealthInterval),
        };
    }

    private static ProcessPattern? Database(MapReader map)
    {
        var plain = new ProcessPattern.Database(Port(map) ?? 0);
        return plain with
        {
            Host = map.Object("host", f => f.Text(), plain.Host),
            StartupTime = map.Value("startupTime", f => f.Duration(), plain.StartupTime),
        };
    }

    private static ProcessPattern? Worker(MapReader map)
    {
        var plain = new ProcessPattern.Worker();
        return plain with
        {
            HealthCommand = map.Text("healthCommand"),
            RestartOnCrash = map.Value("restartOnCrash", f => f.Boolean(), plain.RestartOnCrash),
            MaxRestarts = map.Value("maxRestarts", f => f.Integer(), plain.MaxRestarts),
        };
    }

    private static ProcessPattern? BlockchainNode(MapReader map)
    {
        var plain = new ProcessPattern.BlockchainNode(Port(map) ?? 0);
        return plain with
        {
            StartupTime = map.Value("startupTime", f => f.Duration(), plain.StartupTime),
            Grace = map.Value("grace", f => f.Duration(), plain.Grace),
        };
    }

    private static int? Port(MapReader map) => map.Require("port")?.Integer();
}
