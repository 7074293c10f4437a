using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Templates as resources, and starting processes from them.</summary>
internal static class TemplateRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/templates", ListAsync)
            .Says("templates", "All templates by name, with why one can't be used.").Answers<Page<TemplateInfo>>();
        var one = api.MapGroup("/templates/{name}");
        one.MapGet("", async (string name, HttpContext http, IProcessManager manager) => Answer.Json(await manager.Templates.GetAsync(name, http.RequestAborted)))
            .Says("template", "The template as it is written; secrets in it read as {\"secret\": true}.", ErrorCode.NotFound, ErrorCode.InvalidSpec).Answers<Template>();
        one.MapPut("", PutAsync)
            .Says("putTemplate", "Keep a template: a spec's fields and runOnStartup, with ${variables} in its texts.", ErrorCode.InvalidSpec, ErrorCode.TooLarge, ErrorCode.LimitExceeded, ErrorCode.StorageFull)
            .Body<Template>().Answers<TemplateInfo>();
        one.MapDelete("", DeleteAsync)
            .Says("deleteTemplate", "Delete it; processes that were started from it go on.", ErrorCode.NotFound).Produces(StatusCodes.Status204NoContent);
        one.MapPost("/start", StartAsync)
            .Says("startTemplate", "Start a process from it.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.AlreadyExists)
            .Body<TemplateStart>(optional: true).Answers<ProcessInfo>();
        one.MapPost("/save", SaveAsync)
            .Says("saveTemplate", "Keep the spec of a process as a template; its secrets become variables.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Body<TemplateSource>().Answers<TemplateInfo>();
    }

    private static async Task<IResult> ListAsync(HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        return Answer.Json(new Page<TemplateInfo>(await manager.Templates.ListAsync(http.RequestAborted), Next: null));
    }

    private static async Task<IResult> PutAsync(string name, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        return Answer.Json(await manager.Templates.SaveAsync(Input.Template(await BodyReader.ReadJsonAsync(http), name), http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(string name, HttpContext http, IProcessManager manager)
    {
        await manager.Templates.DeleteAsync(name, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> StartAsync(string name, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        return Answer.Info(http, await manager.Templates.StartAsync(name, Input.TemplateStart(await BodyReader.ReadJsonAsync(http)), http.RequestAborted));
    }

    private static async Task<IResult> SaveAsync(string name, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var source = Input.TemplateSource(await BodyReader.ReadJsonAsync(http));
        return Answer.Json(await manager.Templates.SaveFromAsync(name, source.From, source.RunOnStartup, http.RequestAborted));
    }
}
