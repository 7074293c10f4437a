using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Processes as resources: create, list, read, replace, delete.</summary>
internal static class ProcessRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/processes", CreateAsync).Says("create", "Declare a process and start it; answers after the first spawn's outcome.",
                ErrorCode.InvalidSpec, ErrorCode.AlreadyExists, ErrorCode.TooLarge, ErrorCode.LimitExceeded, ErrorCode.StorageFull)
            .Takes("start", "false: only declare it")
            .Body<ProcessSpec>().Answers<ProcessInfo>(StatusCodes.Status201Created);

        api.MapGet("/processes", ListAsync).Says("list", "The processes that match, by id, a page at a time.", ErrorCode.InvalidSpec)
            .Takes("phase", "one or more phases, repeated or with commas").Takes("goal", "Up, Down or Gone").Takes("label", "name=value, or name for any value; all must match")
            .Takes("group", "of this group").Takes("name", "with this name").Takes("osPid", "whose main child has this number").Takes("pool", "the jobs of this pool").Takes("node", "on this node")
            .Takes("limit", "1 to 1000, 100 by default").Takes("after", "ids after this one: next of the page before").Takes("metrics", "true: with metrics of their trees")
            .Answers<Page<ProcessInfo>>();

        api.MapGet("/processes/{id}", GetAsync).Says("get", "A process as it stands.", ErrorCode.NotFound)
            .Takes("metrics", "true: with metrics of its tree").Answers<ProcessInfo>();

        api.MapPut("/processes/{id}", PutAsync).Says("put", "Create or update; If-Match with a version guards against another's change.",
                ErrorCode.InvalidSpec, ErrorCode.Conflict, ErrorCode.TooLarge, ErrorCode.LimitExceeded, ErrorCode.StorageFull)
            .Body<ProcessSpec>().Answers<ProcessInfo>();

        api.MapDelete("/processes/{id}", DeleteAsync).Says("delete", "Stop it, then forget its record and logs; answers when the id is free.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("grace", "until SIGKILL; the spec's when absent").Produces(StatusCodes.Status204NoContent);

        api.MapGet("/processes/{id}/spec", SpecAsync).Says("spec", "The spec in force; secrets read as {\"secret\": true}.", ErrorCode.NotFound).Answers<ProcessSpec>();
    }

    private static async Task<IResult> CreateAsync(HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var start = query.Flag("start", otherwise: true);
        query.Done();
        var spec = Input.Spec(await BodyReader.ReadJsonAsync(http));
        var info = await manager.CreateAsync(spec, start, http.RequestAborted);
        http.Response.Headers.Location = $"/v1/processes/{info.Id}";
        return Answer.Info(http, info, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var asked = new ProcessQuery
        {
            Phases = query.Choices<Phase>("phase"),
            Goal = query.Choice<Goal>("goal"),
            Labels = query.Labels("label"),
            Group = query.Text("group"),
            Name = query.Text("name"),
            OsPid = (int?)query.Number("osPid", 1, int.MaxValue),
            Pool = query.Text("pool"),
            Node = query.Text("node"),
            Limit = (int?)query.Number("limit", 1, ProcessQuery.MaxLimit) ?? ProcessQuery.DefaultLimit,
            After = query.Text("after"),
            WithMetrics = query.Flag("metrics"),
        };
        query.Done();
        return Answer.Json(await manager.ListAsync(asked, http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var metrics = query.Flag("metrics");
        query.Done();
        var info = await manager.GetAsync(ProcessId.Parse(id), http.RequestAborted);
        if (metrics && info.OsPid is not null)
        {
            try
            {
                info = info with { Metrics = await manager.GetMetricsAsync(info.Id, http.RequestAborted) };
            }
            catch (ProcessManagerException error) when (error.Code == ErrorCode.InvalidState)
            {
                // It ended between the two questions: an info without metrics is what it would have been a moment later.
            }
        }

        return Answer.Info(http, info);
    }

    private static async Task<IResult> PutAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var version = IfMatch(http.Request);
        var spec = Input.Spec(await BodyReader.ReadJsonAsync(http), ProcessId.Parse(id));
        return Answer.Info(http, await manager.UpdateAsync(spec, version, http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var grace = query.Duration("grace");
        query.Done();
        using var end = Shutdown.OrCaller(http);
        await manager.RemoveAsync(ProcessId.Parse(id), new StopOptions { Grace = grace, Wait = true }, end.Token);
        return Results.NoContent();
    }

    private static async Task<IResult> SpecAsync(string id, HttpContext http, IProcessManager manager) =>
        Answer.Json(await manager.GetSpecAsync(ProcessId.Parse(id), http.RequestAborted));

    private static long? IfMatch(HttpRequest request)
    {
        var text = request.Headers.IfMatch.ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ProcessManagerException.Invalid([new Fault("If-Match", $"{text} is not a version; it is the number in an info's version")]);
    }
}
