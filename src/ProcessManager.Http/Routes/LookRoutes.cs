using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>What can be seen of one process: its ends, what the kernel says, what its tree uses.</summary>
internal static class LookRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        var one = api.MapGroup("/processes/{id}");

        one.MapGet("/runs", async (string id, HttpContext http, IProcessManager manager) =>
                Answer.Json(await manager.GetRunsAsync(Id(http, id), http.RequestAborted)))
            .Says("runs", "The ends of its attempts, newest first.", ErrorCode.NotFound).Answers<IReadOnlyList<AttemptResult>>();
        one.MapGet("/result", ResultAsync)
            .Says("result", "What its present or last run came to, with the output of the last attempt; as data, however it ended.",
                ErrorCode.NotFound, ErrorCode.InvalidState)
            .Takes("wait", "true: answers at the end of its main child; else one that isn't over is InvalidState").Answers<ProcessResult>();
        one.MapGet("/status", async (string id, HttpContext http, IProcessManager manager) =>
                Answer.Json(await manager.GetStatusAsync(Id(http, id), http.RequestAborted)))
            .Says("status", "What the kernel says of the main child, read now.", ErrorCode.NotFound).Answers<OsStatus>();
        one.MapGet("/metrics", async (string id, HttpContext http, IProcessManager manager) =>
                Answer.Json(await manager.GetMetricsAsync(Id(http, id), http.RequestAborted)))
            .Says("metrics", "What its tree uses, read now.", ErrorCode.NotFound, ErrorCode.InvalidState).Answers<TreeMetrics>();
    }

    private static async Task<IResult> ResultAsync(string id, HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var wait = query.Flag("wait");
        query.Done();
        using var end = Shutdown.OrCaller(http);
        return Answer.Json(await manager.GetResultAsync(ProcessId.Parse(id), wait, end.Token));
    }

    private static ProcessId Id(HttpContext http, string id)
    {
        new QueryReader(http.Request.Query).Done();
        return ProcessId.Parse(id);
    }
}
