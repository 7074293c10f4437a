using Microsoft.OpenApi;

namespace ProcessManager.Http;

/// <summary>How probes and readiness are written in a spec: their keys say what kind they are.</summary>
internal static class HealthSchema
{
    public static bool Describes(Type type) => type == typeof(HealthSpec) || type == typeof(ProbeSpec) || type == typeof(ReadySpec);

    public static void Describe(Type type, OpenApiSchema schema)
    {
        // Null stays allowed where it was.
        var absent = schema.Type?.HasFlag(JsonSchemaType.Null) == true ? JsonSchemaType.Null : default;
        schema.Required?.Clear();
        if (type == typeof(HealthSpec))
        {
            schema.Type = JsonSchemaType.Object | absent;
            schema.Description = "The probes; or one probe alone, which is the readiness probe.";
        }
        else if (type == typeof(ProbeSpec) && schema.Properties is { } probe)
        {
            schema.Type = JsonSchemaType.Object | absent;
            schema.Description = "One of http, tcp and command, and how often and how patiently it is asked.";
            probe.Remove("target");
            probe["http"] = Form(JsonSchemaType.String | JsonSchemaType.Object, "A URL; or {\"url\" or \"port\" and \"path\", \"method\", \"headers\", \"expectedStatus\", \"contains\", \"skipTls\"}.");
            probe["tcp"] = Form(JsonSchemaType.Integer | JsonSchemaType.Object, "A port of localhost; or {\"host\", \"port\"}.");
            probe["command"] = Form(
                JsonSchemaType.String | JsonSchemaType.Array | JsonSchemaType.Object,
                "A command; or a list of it and its arguments; or {\"command\", \"args\", \"shell\", \"expectedExitCode\"}.");
        }
        else if (schema.Properties is { } ready)
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Object | absent;
            schema.Description = "\"probe\", \"notify\", {\"logLine\": REGEX} or {\"port\": NUMBER}; as an object with a timeout if you like.";
            ready.Remove("by");
            ready["probe"] = Form(JsonSchemaType.Boolean, "When its startup and readiness probes pass.");
            ready["notify"] = Form(JsonSchemaType.Boolean, "When it says READY=1, as sd_notify(3) sends it.");
        }
    }

    private static OpenApiSchema Form(JsonSchemaType kinds, string description) => new() { Type = kinds, Description = description };
}
