using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>How the manager and its machines are: for people and programs, for those who restart it, and for Prometheus.</summary>
internal static class HealthRoutes
{
    public static void Map(RouteGroupBuilder api, RouteGroupBuilder root)
    {
        api.MapGet("/health", async (HttpContext http, IProcessManager manager) => Answer.Json(await manager.GetHealthAsync(http.RequestAborted)))
            .Says("health", "Totals, and what is wrong.").Answers<ManagerHealth>();
        api.MapGet("/nodes", async (HttpContext http, IProcessManager manager) => Answer.Json(await manager.GetNodesAsync(http.RequestAborted)))
            .Says("nodes", "The machines that processes run on, by name.").Answers<IReadOnlyList<NodeInfo>>();
        api.MapDelete("/nodes/{name}", ForgetAsync)
            .Says("forgetNode", "Forgets a node that is away and doesn't come back.", ErrorCode.NotFound, ErrorCode.InvalidState, ErrorCode.NotSupported)
            .Produces(StatusCodes.Status204NoContent);

        root.MapGet("/healthz", () => Results.Text("alive\n"))
            .Says("healthz", "Answers while the server does.").Produces<string>(StatusCodes.Status200OK, "text/plain");
        root.MapGet("/readyz", ReadyAsync)
            .Says("readyz", "Answers 200 once recovery is over and while the journal can be written.", ErrorCode.Unavailable).Produces<string>(StatusCodes.Status200OK, "text/plain");
        root.MapGet("/metrics", PrometheusPage.SendAsync)
            .Says("prometheus", "Metrics in Prometheus' text format.").Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private static async Task<IResult> ForgetAsync(string name, HttpContext http, IProcessManager manager)
    {
        await manager.ForgetNodeAsync(name, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, IProcessManager manager)
    {
        var health = await manager.GetHealthAsync(http.RequestAborted);
        return health.Ready
            ? Results.Text("ready\n")
            : throw new ProcessManagerException(ErrorCode.Unavailable, $"The manager isn't ready. {string.Join(" ", health.Problems)}".TrimEnd());
    }
}
