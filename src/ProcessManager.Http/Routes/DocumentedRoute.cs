using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ProcessManager.Http;

/// <summary>What the OpenAPI document says of a route beside what its code shows.</summary>
internal static class DocumentedRoute
{
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder route, string name, string summary, params ErrorCode[] problems)
    {
        route.WithName(name).WithSummary(summary);
        foreach (var status in problems.Append(ErrorCode.Internal).Select(ErrorTable.HttpStatus).Distinct())
        {
            route.Produces<Problem>(status, Problem.ContentType);
        }

        return route;
    }

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK, string type = "application/json") =>
        route.Produces<T>(status, type);

    /// <summary>A query parameter. Repeated for each.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new QueryParameter(name, description));

    public static RouteHandlerBuilder Body<T>(this RouteHandlerBuilder route, bool optional = false)
        where T : notnull => route.Accepts<T>(isOptional: optional, "application/json");
}

/// <summary>A query parameter, for the OpenAPI document.</summary>
internal sealed record QueryParameter(string Name, string Description);
