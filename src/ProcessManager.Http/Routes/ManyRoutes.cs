using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Several processes at once. What failed of one is in its outcome; the answer is 200.</summary>
internal static class ManyRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/start-many", StartManyAsync)
            .Says("startMany", "Create and start processes that may depend on each other; all are checked before any is made.",
                ErrorCode.InvalidSpec, ErrorCode.DependencyCycle, ErrorCode.DependencyMissing, ErrorCode.TooLarge)
            .Body<StartManyRequest>().Answers<ManyOutcome>();
        api.MapPost("/start-all", StartAllAsync)
            .Says("startAll", "Start those of a selection that aren't up.", ErrorCode.InvalidSpec, ErrorCode.NotFound).Body<SelectionBody>().Answers<ManyOutcome>();
        api.MapPost("/stop-all", StopAllAsync)
            .Says("stopAll", "Stop a selection, who depends on others before those, under one deadline (timeout, 30s); past it force (true) kills what is left.",
                ErrorCode.InvalidSpec, ErrorCode.NotFound)
            .Body<StopAllBody>().Answers<ManyOutcome>();
    }

    private static async Task<IResult> StartManyAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = SpecBinder.StartMany(SpecJson.Parse(await BodyReader.ReadJsonAsync(http, BodyReader.StackLimit))).Value;
        return Answer.Json(await manager.StartManyAsync(asked.Processes, http.RequestAborted));
    }

    private static async Task<IResult> StartAllAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = SpecBinder.StartAll(SpecJson.Parse(await BodyReader.ReadJsonAsync(http))).Value;
        return Answer.Json(await manager.StartAllAsync(asked.Selection, http.RequestAborted));
    }

    private static async Task<IResult> StopAllAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = SpecBinder.StopAll(SpecJson.Parse(await BodyReader.ReadJsonAsync(http))).Value;
        using var end = Shutdown.OrCaller(http);
        return Answer.Json(await manager.StopAllAsync(asked.Selection, asked.Options, end.Token));
    }
}
