using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ProcessManager.Http;

/// <summary>The OpenAPI document: what the routes say, and the forms of the values that have a converter of their own.</summary>
internal static class ApiDocument
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", document =>
    {
        document.AddDocumentTransformer((whole, _, _) =>
        {
            whole.Info = new OpenApiInfo
            {
                Title = "ProcessManager",
                Version = "v1",
                Description = "Supervises processes. Failures are problems (RFC 9457) with a stable code and, for input, every fault with its path.",
            };
            whole.Servers = [];
            return Task.CompletedTask;
        });
        document.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            return Task.CompletedTask;
        });
        document.AddSchemaTransformer(ValueSchema.DescribeAsync);
    });
}
