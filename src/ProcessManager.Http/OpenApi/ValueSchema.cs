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
            schema.Type = JsonSchemaType.String;
            schema.Format = null;
            schema.Enum = [.. Names(type).Select(name => (JsonNode)JsonValue.Create(name))];
        }
        else if (type == typeof(TimeSpan))
        {
            Text(schema, "duration", "A duration: \"1.5s\"; read also as \"200ms\", \"10m\", \"1h30m\", ISO 8601.");
        }
        else if (type == typeof(DateTimeOffset))
        {
            Text(schema, "date-time", null);
        }
        else if (type == typeof(ProcessId))
        {
            Text(schema, null, "An id: letters, digits, '.', '_' and '-', starting with a letter or digit, without '..', at most 128 characters.");
        }
        else if (type == typeof(Signal))
        {
            Text(schema, null, "A signal: SIGTERM; read also as TERM and 15.");
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
    }

    private static void Text(OpenApiSchema schema, string? format, string? description)
    {
        schema.Type = JsonSchemaType.String;
        schema.Format = format;
        schema.Pattern = null;
        schema.Description ??= description;
    }

    private static IReadOnlyList<string> Names(Type type) =>
        (IReadOnlyList<string>)typeof(Spelling).GetMethod(nameof(Spelling.Names))!.MakeGenericMethod(type).Invoke(null, null)!;
}
