using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Pools and their jobs. What a job is beside that is a process: <c>/v1/processes/&lt;pool&gt;.&lt;key&gt;</c>.</summary>
internal static class PoolRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/pools", async (HttpContext http, IProcessManager manager) => Answer.Json(await manager.Pools.ListAsync(Asked(http))))
            .Says("pools", "All pools, by name.").Answers<IReadOnlyList<PoolInfo>>();
        api.MapGet("/pools/{name}", async (string name, HttpContext http, IProcessManager manager) => Answer.Json(await manager.Pools.GetAsync(name, Asked(http))))
            .Says("pool", "A pool, and how many of its jobs wait, run and have ended.", ErrorCode.NotFound).Answers<PoolInfo>();
        api.MapPut("/pools/{name}", SetAsync)
            .Says("setPool", "Create a pool, or change how many of its jobs run at once.", ErrorCode.InvalidSpec, ErrorCode.TooLarge, ErrorCode.StorageFull)
            .Body<PoolBody>(optional: true).Answers<PoolInfo>();
        api.MapDelete("/pools/{name}", RemoveAsync)
            .Says("removePool", "Call off its jobs, and forget them and the pool.", ErrorCode.NotFound).Produces(StatusCodes.Status204NoContent);
        api.MapPost("/pools/{name}/jobs", AddAsync)
            .Says("addJobs", "Add jobs: specs with key, priority, retryAttempts and retryDelay. Answers when they wait, or run.",
                ErrorCode.InvalidSpec, ErrorCode.NotFound, ErrorCode.AlreadyExists, ErrorCode.LimitExceeded, ErrorCode.TooLarge)
            .Body<PoolJobs>().Answers<IReadOnlyList<ProcessInfo>>(StatusCodes.Status201Created);
        api.MapGet("/pools/{name}/jobs", JobsAsync)
            .Says("jobs", "Its jobs, as processes, a page at a time.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("phase", "one or more phases, repeated or with commas").Takes("limit", "1 to 1,000; 100").Takes("after", "the id that the page before ended with")
            .Answers<Page<ProcessInfo>>();
        api.MapPost("/pools/{name}/cancel", async (string name, HttpContext http, IProcessManager manager) => Answer.Json(await manager.Pools.CancelAsync(name, Asked(http))))
            .Says("cancelPool", "Call off every job that waits or runs.", ErrorCode.NotFound).Answers<PoolInfo>();
        api.MapPost("/pools/{name}/wait", WaitAsync)
            .Says("waitPool", "Answers once nothing waits or runs in it.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.DeadlineExceeded)
            .Body<PoolWaitBody>(optional: true).Answers<PoolInfo>();
    }

    private static async Task<IResult> SetAsync(string name, HttpContext http, IProcessManager manager)
    {
        var aborted = Asked(http);
        return Answer.Json(await manager.Pools.SetAsync(Input.Pool(await BodyReader.ReadJsonAsync(http), name), aborted));
    }

    private static async Task<IResult> RemoveAsync(string name, HttpContext http, IProcessManager manager)
    {
        await manager.Pools.RemoveAsync(name, Asked(http));
        return Results.NoContent();
    }

    private static async Task<IResult> AddAsync(string name, HttpContext http, IProcessManager manager)
    {
        var aborted = Asked(http);
        var jobs = Input.Jobs(await BodyReader.ReadJsonAsync(http, BodyReader.JobsLimit));
        return Results.Json(await manager.Pools.AddAsync(name, jobs.Jobs, aborted), HttpJson.Of<IReadOnlyList<ProcessInfo>>(), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> JobsAsync(string name, HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var asked = new ProcessQuery
        {
            Pool = name,
            Phases = query.Choices<Phase>("phase"),
            Limit = (int?)query.Number("limit", 1, ProcessQuery.MaxLimit) ?? ProcessQuery.DefaultLimit,
            After = query.Text("after"),
        };
        query.Done();
        await manager.Pools.GetAsync(name, http.RequestAborted);
        return Answer.Json(await manager.ListAsync(asked, http.RequestAborted));
    }

    private static async Task<IResult> WaitAsync(string name, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var timeout = Input.Wait(await BodyReader.ReadJsonAsync(http)).Timeout;
        using var end = Shutdown.OrCaller(http);
        return Answer.Json(await manager.Pools.WaitAsync(name, timeout, end.Token));
    }

    /// <summary>For routes without parameters in the query.</summary>
    private static CancellationToken Asked(HttpContext http)
    {
        new QueryReader(http.Request.Query).Done();
        return http.RequestAborted;
    }
}
