using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>Stacks as resources: a file's content as JSON is put under its name. What failed of one member is in its outcome; the answer is 200.</summary>
internal static class StackRoutes
{
    private static readonly ErrorCode[] Refusals = [ErrorCode.InvalidSpec, ErrorCode.DependencyCycle, ErrorCode.DependencyMissing, ErrorCode.TooLarge];

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/stacks", async (HttpContext http, IProcessManager manager) => Answer.Json(await manager.Stacks.ListAsync(http.RequestAborted)))
            .Says("stacks", "The stacks, by name.").Answers<IReadOnlyList<StackSummary>>();

        var one = api.MapGroup("/stacks/{name}");
        one.MapGet("", async (string name, HttpContext http, IProcessManager manager) => Answer.Json(await manager.Stacks.GetAsync(name, http.RequestAborted)))
            .Says("stack", "A stack's members as they stand.", ErrorCode.NotFound).Answers<StackInfo>();
        one.MapGet("/graph", async (string name, HttpContext http, IProcessManager manager) => Answer.Json(await manager.Stacks.GraphAsync(name, http.RequestAborted)))
            .Says("graph", "Who waits for whom in a stack.", ErrorCode.NotFound).Answers<StackGraph>();
        one.MapPut("", (string name, HttpContext http, IProcessManager manager) => DoAsync(name, http, manager.Stacks.ApplyAsync))
            .Says("apply", "Change only what changed, start what is new, remove what is no longer in it.", Refusals).Body<StackSpec>().Answers<StackOutcome>();
        one.MapPost("/up", (string name, HttpContext http, IProcessManager manager) => DoAsync(name, http, manager.Stacks.UpAsync))
            .Says("up", "Make all members be as the file says, and up.", Refusals).Body<StackSpec>().Answers<StackOutcome>();
        one.MapPost("/plan", (string name, HttpContext http, IProcessManager manager) => DoAsync(name, http, manager.Stacks.PlanAsync))
            .Says("planStack", "What a PUT of this stack would do.", Refusals).Body<StackSpec>().Answers<StackOutcome>();
        one.MapPost("/down", DownAsync)
            .Says("down", "Stop all members, who depends on others before those, under one deadline.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Body<DownOptions>(optional: true).Answers<ManyOutcome>();
    }

    private static async Task<IResult> DoAsync(string name, HttpContext http, Func<StackSpec, CancellationToken, Task<StackOutcome>> action)
    {
        new QueryReader(http.Request.Query).Done();
        var stack = SpecBinder.File(SpecJson.Parse(await BodyReader.ReadJsonAsync(http, BodyReader.StackLimit)), otherwiseNamed: name).Value;
        if (stack.Name != name)
        {
            throw ProcessManagerException.Invalid([new Fault("name", $"\"{stack.Name}\" is another name than \"{name}\" in the address; leave it out")]);
        }

        using var end = Shutdown.OrCaller(http);
        return Answer.Json(await action(stack, end.Token));
    }

    private static async Task<IResult> DownAsync(string name, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var options = SpecBinder.Down(SpecJson.Parse(await BodyReader.ReadJsonAsync(http))).Value;
        using var end = Shutdown.OrCaller(http);
        return Answer.Json(await manager.Stacks.DownAsync(name, options, end.Token));
    }
}
