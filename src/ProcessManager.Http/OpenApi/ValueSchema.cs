using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ProcessManager.Http;

/// <summary>How the values look that <see cref="ProcessManagerJson"/> writes by converters, which a schema can't see into.</summary>
internal static class ValueSchema
{
    public static async Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsEnum)
        {
            Text(schema, null, null);
            schema.Enum = [.. Names(type).Select(name => (JsonNode)JsonValue.Create(name))];
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
        {
            schema.Type = JsonSchemaType.Array;
            schema.Items = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], cancellationToken: cancellationToken);
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueMap<>))
        {
            schema.Type = JsonSchemaType.Object;
            schema.AdditionalProperties = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], cancellationToken: cancellationToken);
        }
        else if (Known.TryGetValue(type, out var known))
        {
            Text(schema, known.Format, known.Description);
        }
        else if (Forms.TryGetValue(type, out var form))
        {
            Text(schema, null, form.Description);
            schema.Type = form.Kinds;
        }
        else if (type == typeof(RunRequest))
        {
            await RunOnceAsync(schema, context, [("input", Input)], cancellationToken);
            schema.Description = "A spec's fields, and input: text, or {\"base64\": \"…\"} for other bytes; at most 16 MiB.";
        }
        else if (type == typeof(PoolJobs))
        {
            var job = new OpenApiSchema();
            await RunOnceAsync(job, context, [("key", Schema(JsonSchemaType.String | JsonSchemaType.Null)), ("priority", Schema(JsonSchemaType.Integer))], cancellationToken);
            Fields(schema, ("jobs", Schema(JsonSchemaType.Array, job)));
        }
        else if (type == typeof(PipeBody))
        {
            var stage = await context.GetOrCreateSchemaAsync(typeof(ProcessSpec), cancellationToken: cancellationToken);
            Fields(schema, ("stages", Schema(JsonSchemaType.Array, stage)), ("sequential", Schema(JsonSchemaType.Boolean)), ("input", Input));
        }
        else if (HealthSchema.Describes(type))
        {
            HealthSchema.Describe(type, schema);
        }
        else if (type == typeof(AttachRequest))
        {
            var spec = await context.GetOrCreateSchemaAsync(typeof(ProcessSpec), cancellationToken: cancellationToken);
            schema.Description = "The process' number, and a spec's fields; without a command it is what the kernel says, and can't be started again.";
            schema.Type = JsonSchemaType.Object;
            schema.Properties = new Dictionary<string, IOpenApiSchema>(spec.Properties ?? new Dictionary<string, IOpenApiSchema>(), StringComparer.Ordinal)
            {
                ["osPid"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            };
            schema.Required = new HashSet<string>(StringComparer.Ordinal) { "osPid" };
        }
        else if (type == typeof(StackSpec))
        {
            schema.Description = "A file of processes: its name, which is their group; environment for all of them; specs by key. A member's id is <name>.<key>.";
            schema.Type = JsonSchemaType.Object;
            schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["name"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "The one in the address, when absent." },
                ["environment"] = new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null },
                ["processes"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    AdditionalProperties = await context.GetOrCreateSchemaAsync(typeof(ProcessSpec), cancellationToken: cancellationToken),
                },
            };
            schema.Required = new HashSet<string>(StringComparer.Ordinal) { "processes" };
        }
        else if (type == typeof(ProcessSpec) && schema.Properties is { } fields)
        {
            schema.Required = new HashSet<string>(StringComparer.Ordinal) { "command" };
            fields["umask"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Octal: \"022\"." };
        }
    }

    private static OpenApiSchema Input => Schema(JsonSchemaType.String | JsonSchemaType.Object | JsonSchemaType.Null);

    /// <summary>A spec's fields, its retries, and more.</summary>
    private static async Task RunOnceAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, IEnumerable<(string Name, IOpenApiSchema Schema)> more, CancellationToken cancellationToken)
    {
        var spec = await context.GetOrCreateSchemaAsync(typeof(ProcessSpec), cancellationToken: cancellationToken);
        Fields(
            schema,
            [
                .. (spec.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(field => (field.Key, field.Value)),
                ("retryAttempts", Schema(JsonSchemaType.Integer | JsonSchemaType.Null)),
                ("retryDelay", Schema(JsonSchemaType.String | JsonSchemaType.Null)),
                .. more,
            ]);
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "command" };
    }

    private static void Fields(OpenApiSchema schema, params IEnumerable<(string Name, IOpenApiSchema Schema)> fields)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var (name, field) in fields)
        {
            schema.Properties[name] = field;
        }
    }

    private static OpenApiSchema Schema(JsonSchemaType type, IOpenApiSchema? items = null) => new() { Type = type, Items = items };

    private static readonly Dictionary<Type, (string? Format, string Description)> Known = new()
    {
        [typeof(TimeSpan)] = ("duration", "A duration: \"1.5s\"; read also as \"200ms\", \"10m\", \"1h30m\", ISO 8601."),
        [typeof(DateTimeOffset)] = ("date-time", "In UTC, with milliseconds."),
        [typeof(ProcessId)] = (null, "An id: letters, digits, '.', '_' and '-', starting with a letter or digit, without '..', at most 128 characters."),
        [typeof(Signal)] = (null, "A signal: SIGTERM; read also as TERM and 15."),
    };

    /// <summary>What has a short form and a long one: any of these is taken.</summary>
    private static readonly Dictionary<Type, (JsonSchemaType Kinds, string Description)> Forms = new()
    {
        [typeof(EnvironmentValue)] =
            (JsonSchemaType.String | JsonSchemaType.Object, "Text; or {\"secret\": \"…\"}, which reads back as {\"secret\": true} and then means unchanged."),
        [typeof(EnvironmentInheritance)] = (JsonSchemaType.String | JsonSchemaType.Array, "\"all\", \"none\" or a list of names; one that ends in * is a prefix."),
        [typeof(StdinSpec)] = (JsonSchemaType.String | JsonSchemaType.Object, "\"none\", \"pipe\", {\"text\": \"…\"} or {\"file\": \"…\"}."),
        [typeof(OutputSpec)] = (JsonSchemaType.String | JsonSchemaType.Object, "\"split\", \"merged\", \"discard\", \"pipe\", \"terminal\", or {\"mode\", \"budget\", \"echo\", \"size\": {\"columns\", \"rows\"}}; the budget in bytes or as \"64MiB\"."),
        [typeof(Dependency)] = (JsonSchemaType.String | JsonSchemaType.Object, "An id, or {\"id\", \"condition\", \"timeout\", \"optional\", \"exitCodes\", \"pattern\"}."),
        [typeof(ProcessPattern)] =
            (JsonSchemaType.String | JsonSchemaType.Object | JsonSchemaType.Null, "One of webServer, database, worker, blockchainNode with its parameters: {\"database\": {\"port\": 5432}}."),
        [typeof(Template)] = (JsonSchemaType.Object, "A spec's fields with ${variables} in their texts, name and runOnStartup."),
        [typeof(ResourceLimit)] =
            (JsonSchemaType.Integer | JsonSchemaType.String | JsonSchemaType.Object, "A number or size, \"unlimited\", or {\"soft\", \"hard\"}."),
    };

    private static void Text(OpenApiSchema schema, string? format, string? description)
    {
        // Null stays allowed where it was.
        schema.Type = schema.Type?.HasFlag(JsonSchemaType.Null) == true ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Format = format;
        schema.Pattern = null;
        schema.Properties?.Clear();
        schema.Required?.Clear();
        schema.Description ??= description;
    }

    private static IReadOnlyList<string> Names(Type type) =>
        (IReadOnlyList<string>)typeof(Spelling).GetMethod(nameof(Spelling.Names))!.MakeGenericMethod(type).Invoke(null, null)!;
}
