using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Running a command to its end, writing to a running one, and telling which processes are still known.</summary>
internal static class CommandRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/run", RunAsync)
            .Says("run", "Run a command as a one-off process; answers with its result, whatever its exit code. A failure after the start carries the result.",
                ErrorCode.InvalidSpec, ErrorCode.TooLarge, ErrorCode.TimedOut)
            .Body<RunRequest>().Answers<ProcessResult>();
        api.MapPost("/pipe", PipeAsync)
            .Says("pipe", "Run commands each of which reads what the one before it writes; answers with what each did.", ErrorCode.InvalidSpec, ErrorCode.TooLarge)
            .Body<PipeBody>().Answers<PipeResult>();
        api.MapPost("/processes/{id}/stdin", StdinAsync)
            .Says("stdin", "Write the body, of any content type, to its standard input; answers when the child's pipe took it all.",
                ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.InvalidState, ErrorCode.TooLarge)
            .Takes("close", "true: end of file after it").Accepts<byte[]>(isOptional: true, "application/octet-stream", "text/plain")
            .Produces(StatusCodes.Status204NoContent);
        api.MapPost("/processes/{id}/resize", ResizeAsync)
            .Says("resize", "Resize its terminal (output: terminal); who is in its foreground gets SIGWINCH.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.InvalidState)
            .Body<TerminalSize>().Produces(StatusCodes.Status204NoContent);
        api.MapPost("/attach", AttachAsync)
            .Says("attach", "Take a process that runs already. Its body is its osPid and what a spec says of it; the command may be left out.",
                ErrorCode.InvalidSpec, ErrorCode.NotFound, ErrorCode.AlreadyExists)
            .Body<AttachRequest>().Answers<ProcessInfo>(StatusCodes.Status201Created);
        api.MapPost("/sync", SyncAsync)
            .Says("sync", "End and forget those of a group, or with labels, that aren't in the list of known ones.", ErrorCode.InvalidSpec, ErrorCode.TooLarge)
            .Body<SyncBody>().Answers<SyncOutcome>();
    }

    private static async Task<IResult> RunAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = Input.Run(await BodyReader.ReadJsonAsync(http, BodyReader.RunLimit));
        if (asked.Input?.Length > BodyReader.InputLimit)
        {
            throw BodyReader.TooLarge($"The input has {asked.Input.Value.Length} bytes", BodyReader.InputLimit);
        }

        return Answer.Json(await manager.RunAsync(asked.Spec, asked.Input, http.RequestAborted));
    }

    private static async Task<IResult> PipeAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = Input.Pipe(await BodyReader.ReadJsonAsync(http, BodyReader.RunLimit));
        if (asked.Input?.Length > BodyReader.InputLimit)
        {
            throw BodyReader.TooLarge($"The input has {asked.Input.Value.Length} bytes", BodyReader.InputLimit);
        }

        return Answer.Json(await manager.PipeAsync(asked.Pipe, asked.Input, http.RequestAborted));
    }

    private static async Task<IResult> StdinAsync(string id, HttpContext http, IProcessManager manager)
    {
        var query = new QueryReader(http.Request.Query);
        var close = query.Flag("close");
        query.Done();
        var data = await BodyReader.ReadAsync(http, BodyReader.InputLimit);
        using var end = Shutdown.OrCaller(http);
        await manager.WriteStdinAsync(ProcessId.Parse(id), data, close, end.Token);
        return Results.NoContent();
    }

    private static async Task<IResult> ResizeAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var size = Input.Resize(await BodyReader.ReadJsonAsync(http));
        await manager.ResizeTerminalAsync(ProcessId.Parse(id), size.Columns, size.Rows, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> AttachAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var asked = Input.Attach(await BodyReader.ReadJsonAsync(http));
        var info = await manager.AttachAsync(asked.OsPid, asked.Spec?.Id, asked.Spec, http.RequestAborted);
        http.Response.Headers.Location = $"/v1/processes/{info.Id}";
        return Answer.Info(http, info, StatusCodes.Status201Created);
    }

    private static async Task<IResult> SyncAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        return Answer.Json(await manager.SyncKnownAsync(Input.Sync(await BodyReader.ReadJsonAsync(http)), http.RequestAborted));
    }
}
