using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ProcessManager.Http;

/// <summary>The orders: start, stop, restart, kill, signal, suspend, resume, and the two questions that are asked like them: wait and plan.</summary>
internal static class OrderRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        var one = api.MapGroup("/processes/{id}");

        one.MapPost("/start", (string id, HttpContext http, IProcessManager manager) => TakeAsync(http, id, manager.StartAsync))
            .Says("start", "Open a new run; while up it changes nothing.", ErrorCode.NotFound, ErrorCode.StartFailed).Answers<ProcessInfo>();
        one.MapPost("/suspend", (string id, HttpContext http, IProcessManager manager) => TakeAsync(http, id, manager.SuspendAsync))
            .Says("suspend", "SIGSTOP to the tree.", ErrorCode.NotFound, ErrorCode.InvalidState).Answers<ProcessInfo>();
        one.MapPost("/resume", (string id, HttpContext http, IProcessManager manager) => TakeAsync(http, id, manager.ResumeAsync))
            .Says("resume", "SIGCONT to the tree.", ErrorCode.NotFound, ErrorCode.InvalidState).Answers<ProcessInfo>();

        one.MapPost("/detach", (string id, HttpContext http, IProcessManager manager) => TakeAsync(http, id, manager.DetachAsync))
            .Says("detach", "Forget it and leave it running; answers with what it was.", ErrorCode.NotFound, ErrorCode.InvalidState).Answers<ProcessInfo>();

        one.MapPost("/stop", (string id, HttpContext http, IProcessManager manager) => StopAsync(http, id, manager.StopAsync))
            .Says("stop", "The stop ladder. Answers when the order is journaled.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("wait", "true: answer when it is terminated").Body<StopOptions>(optional: true).Answers<ProcessInfo>();
        one.MapPost("/restart", (string id, HttpContext http, IProcessManager manager) => StopAsync(http, id, manager.RestartAsync))
            .Says("restart", "While up: the stop ladder, then a new run; while down: a start.", ErrorCode.NotFound, ErrorCode.InvalidSpec)
            .Takes("wait", "true: answer when the new run has started").Body<StopOptions>(optional: true).Answers<ProcessInfo>();
        one.MapPost("/kill", KillAsync)
            .Says("kill", "SIGKILL to the whole tree, at once.", ErrorCode.NotFound).Takes("wait", "true: answer when it is terminated").Answers<ProcessInfo>();

        one.MapPost("/signal", SignalAsync)
            .Says("signal", "A signal to the main child, or to the whole tree.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.InvalidState)
            .Body<SignalRequest>().Answers<ProcessInfo>();
        one.MapPost("/wait", WaitAsync)
            .Says("wait", "Answers when the run is where it is wanted: terminated (default), ready or finished.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.DeadlineExceeded)
            .Body<WaitOptions>(optional: true).Answers<ProcessInfo>();
        one.MapPost("/scale", ScaleAsync)
            .Says("scale", "Change how many replicas there are.", ErrorCode.NotFound, ErrorCode.InvalidSpec, ErrorCode.InvalidState)
            .Body<ScaleRequest>().Answers<ProcessInfo>();
        one.MapPost("/plan", PlanAsync)
            .Says("plan", "What a PUT of this spec would do.", ErrorCode.InvalidSpec, ErrorCode.TooLarge).Body<ProcessSpec>().Answers<UpdatePlan>();
    }

    private static async Task<IResult> TakeAsync(HttpContext http, string id, Func<ProcessId, CancellationToken, Task<ProcessInfo>> order)
    {
        new QueryReader(http.Request.Query).Done();
        Input.Nothing(await BodyReader.ReadJsonAsync(http));
        return Answer.Info(http, await order(ProcessId.Parse(id), http.RequestAborted));
    }

    private static async Task<IResult> StopAsync(HttpContext http, string id, Func<ProcessId, StopOptions?, CancellationToken, Task<ProcessInfo>> order)
    {
        var wait = Wait(http);
        var options = Input.Stop(await BodyReader.ReadJsonAsync(http));
        using var end = Shutdown.OrCaller(http);
        return Answer.Info(http, await order(ProcessId.Parse(id), options with { Wait = wait || options.Wait }, end.Token));
    }

    private static async Task<IResult> KillAsync(string id, HttpContext http, IProcessManager manager)
    {
        var wait = Wait(http);
        Input.Nothing(await BodyReader.ReadJsonAsync(http));
        using var end = Shutdown.OrCaller(http);
        return Answer.Info(http, await manager.KillAsync(ProcessId.Parse(id), wait, end.Token));
    }

    private static async Task<IResult> SignalAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var body = Input.Signal(await BodyReader.ReadJsonAsync(http));
        return Answer.Info(http, await manager.SignalAsync(ProcessId.Parse(id), body.Signal, body.Tree, http.RequestAborted));
    }

    private static async Task<IResult> WaitAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var options = Input.Wait(await BodyReader.ReadJsonAsync(http));
        using var end = Shutdown.OrCaller(http);
        return Answer.Info(http, await manager.WaitAsync(ProcessId.Parse(id), options, end.Token));
    }

    private static async Task<IResult> ScaleAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var replicas = Input.Scale(await BodyReader.ReadJsonAsync(http));
        using var end = Shutdown.OrCaller(http);
        return Answer.Info(http, await manager.ScaleAsync(ProcessId.Parse(id), replicas, end.Token));
    }

    private static async Task<IResult> PlanAsync(string id, HttpContext http, IProcessManager manager)
    {
        new QueryReader(http.Request.Query).Done();
        var spec = Input.Spec(await BodyReader.ReadJsonAsync(http), ProcessId.Parse(id));
        return Answer.Json(await manager.PlanAsync(spec, http.RequestAborted));
    }

    private static bool Wait(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        var wait = query.Flag("wait");
        query.Done();
        return wait;
    }
}
