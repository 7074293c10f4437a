using System.Net;
using System.Text;
using System.Text.Json;

namespace ProcessManager.Http.Tests;

public sealed class RouteSpecs
{
    private static readonly HttpMethod Post = HttpMethod.Post;
    private static readonly HttpMethod Get = HttpMethod.Get;

    [Fact]
    public async Task A_process_is_declared_read_replaced_and_deleted()
    {
        await using var served = await Served.StartAsync();

        var (created, info) = await served.SendAsync(Post, "/v1/processes?start=false", """{"id":"web","command":"sleep","args":["1"],"labels":{"tier":"front"}}""");
        created.ShouldBe(201);
        info.GetProperty("phase").GetString().ShouldBe("Created");
        info.GetProperty("exitCode").ValueKind.ShouldBe(JsonValueKind.Null);

        (await served.SendAsync(Get, "/v1/processes/web")).Json.GetProperty("id").GetString().ShouldBe("web");
        (await served.SendAsync(Get, "/v1/processes/web/spec")).Json.GetProperty("args")[0].GetString().ShouldBe("1");

        var (put, changed) = await served.SendAsync(HttpMethod.Put, "/v1/processes/web", """{"command":"sleep","group":"shop"}""");
        put.ShouldBe(200);
        changed.GetProperty("group").GetString().ShouldBe("shop");

        (await served.SendAsync(HttpMethod.Delete, "/v1/processes/web?grace=0s")).Status.ShouldBe(204);
        (await served.SendAsync(Get, "/v1/processes/web")).Status.ShouldBe(404);
        served.Manager.Orders.ShouldBe(["remove 00:00:00"]);
    }

    [Fact]
    public async Task A_version_guards_an_update()
    {
        await using var served = await Served.StartAsync();
        using var created = await served.Http.PostAsync("/v1/processes", Json("""{"id":"web","command":"sleep"}"""));
        var version = created.Headers.ETag!;

        (await PutAsync(version.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(version.Tag)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await PutAsync("\"new\"")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        async Task<HttpResponseMessage> PutAsync(string tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/processes/web") { Content = Json("""{"command":"true"}""") };
            request.Headers.TryAddWithoutValidation("If-Match", tag);
            return await served.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task Orders_take_their_options_from_the_body()
    {
        await using var served = await Served.StartAsync();
        await served.SendAsync(Post, "/v1/processes", """{"id":"web","command":"sleep"}""");

        (await served.SendAsync(Post, "/v1/processes/web/signal", """{"signal":"HUP","tree":true}""")).Status.ShouldBe(200);
        (await served.SendAsync(Post, "/v1/processes/web/suspend")).Status.ShouldBe(200);
        (await served.SendAsync(Post, "/v1/processes/web/resume", "{}")).Status.ShouldBe(200);
        (await served.SendAsync(Post, "/v1/processes/web/restart", """{"grace":"1m"}""")).Status.ShouldBe(200);
        (await served.SendAsync(Post, "/v1/processes/web/stop?wait=true", """{"grace":"5s"}""")).Json.GetProperty("reason").GetString().ShouldBe("Stopped");
        (await served.SendAsync(Post, "/v1/processes/web/wait", """{"for":"terminated","timeout":"10s"}""")).Status.ShouldBe(200);
        (await served.SendAsync(Post, "/v1/processes/web/start")).Json.GetProperty("run").GetInt32().ShouldBe(3);
        (await served.SendAsync(Post, "/v1/processes/web/kill?wait=true")).Json.GetProperty("phase").GetString().ShouldBe("Terminated");
        (await served.SendAsync(Post, "/v1/processes/web/plan", """{"command":"true"}""")).Json.GetProperty("effect").GetString().ShouldBe("restart");

        served.Manager.Orders.ShouldBe(
            ["signal SIGHUP True", "suspend", "resume", "restart 00:01:00", "stop 00:00:05 True", "wait Terminated", "start", "kill True"]);
    }

    [Fact]
    public async Task A_list_is_filtered_and_comes_in_pages()
    {
        await using var served = await Served.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await served.SendAsync(Post, "/v1/processes", $$$"""{"id":"{{{name}}}","command":"sleep","labels":{"letter":"{{{name}}}"}}""");
        }

        var (_, first) = await served.SendAsync(Get, "/v1/processes?limit=2");
        first.GetProperty("items").GetArrayLength().ShouldBe(2);
        first.GetProperty("next").GetString().ShouldBe("b");
        var (_, second) = await served.SendAsync(Get, "/v1/processes?limit=2&after=b");
        second.GetProperty("items")[0].GetProperty("id").GetString().ShouldBe("c");
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);

        (await Count("label=letter=b")).ShouldBe(1);
        (await Count("label=letter")).ShouldBe(3);
        (await Count("phase=running,terminated&goal=up&osPid=4")).ShouldBe(3);
        (await Count("phase=Finished")).ShouldBe(0);

        async Task<int> Count(string query) => (await served.SendAsync(Get, "/v1/processes?" + query)).Json.GetProperty("items").GetArrayLength();
    }

    [Fact]
    public async Task A_command_is_run_with_its_input()
    {
        await using var served = await Served.StartAsync();

        var (status, result) = await served.SendAsync(Post, "/v1/run", """{"command":"cat","input":"hé"}""");
        status.ShouldBe(200);
        result.GetProperty("output").GetString().ShouldBe("hé");
        (await served.SendAsync(Post, "/v1/run", """{"command":"cat","input":{"base64":"aGk="}}""")).Json.GetProperty("output").GetString().ShouldBe("hi");

        var (late, problem) = await served.SendAsync(Post, "/v1/run", """{"command":"slow"}""");
        late.ShouldBe(422);
        problem.GetProperty("code").GetString().ShouldBe("TimedOut");
        problem.GetProperty("result").GetProperty("output").GetString().ShouldBe("so far");
    }

    [Fact]
    public async Task What_can_be_seen_of_a_process_is_read()
    {
        await using var served = await Served.StartAsync();
        await served.SendAsync(Post, "/v1/processes", """{"id":"web","command":"sleep","group":"g"}""");

        (await served.SendAsync(Get, "/v1/processes/web/runs")).Json[0].GetProperty("signal").GetString().ShouldBe("SIGKILL");
        (await served.SendAsync(Get, "/v1/processes/web/status")).Json.GetProperty("state").GetString().ShouldBe("diskSleep");
        (await served.SendAsync(Get, "/v1/processes/web/metrics")).Json.GetProperty("memoryBytes").GetInt64().ShouldBe(4096);
        (await served.SendAsync(Get, "/v1/processes/web?metrics=true")).Json.GetProperty("metrics").GetProperty("threads").GetInt32().ShouldBe(1);
        (await served.SendAsync(Get, "/v1/health")).Json.GetProperty("total").GetInt32().ShouldBe(1);
        (await served.SendAsync(Post, "/v1/sync", """{"group":"g","ids":[]}""")).Json.GetProperty("orphans")[0].GetString().ShouldBe("web");
        (await served.Http.PostAsync("/v1/processes/web/stdin?close=true", new ByteArrayContent([0, 255]))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        served.Manager.Stdin.ShouldBe([0, 255]);
    }

    [Fact]
    public async Task A_terminal_is_resized_by_a_body_that_names_both_sizes()
    {
        await using var served = await Served.StartAsync();
        await served.SendAsync(Post, "/v1/processes", """{"id":"web","command":"sleep"}""");
        (await served.Http.PostAsync("/v1/processes/web/resize", Json("""{"columns": 120, "rows": 40}"""))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        served.Manager.Orders.ShouldContain("resize 120 40");
        var refused = await served.Http.PostAsync("/v1/processes/web/resize", Json("""{"columns": "wide", "height": 1}"""));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await refused.Content.ReadAsStringAsync();
        problem.ShouldContain("columns");
        problem.ShouldContain("rows");
        problem.ShouldContain("height");
    }

    [Fact]
    public async Task Liveness_and_readiness_differ()
    {
        await using var served = await Served.StartAsync();
        (await served.Http.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await served.Http.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);

        served.Manager.Ready = false;
        (await served.Http.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (status, problem) = await served.SendAsync(Get, "/readyz");
        status.ShouldBe(503);
        problem.GetProperty("detail").GetString().ShouldBe("The manager isn't ready. The disk is full.");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
