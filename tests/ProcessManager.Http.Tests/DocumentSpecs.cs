using System.Text.Json;

namespace ProcessManager.Http.Tests;

public sealed class DocumentSpecs
{
    [Fact]
    public async Task Every_route_is_documented_with_its_problems()
    {
        await using var served = await Served.StartAsync();
        var (status, document) = await served.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        status.ShouldBe(200);
        var paths = document.GetProperty("paths");
        paths.EnumerateObject().Select(path => path.Name).ShouldBe(
        [
            "/v1/attach", "/v1/processes/{id}/detach", "/healthz", "/metrics", "/readyz", "/v1/events", "/v1/health", "/v1/nodes", "/v1/nodes/{name}",
            "/v1/pipe", "/v1/pools", "/v1/pools/{name}", "/v1/pools/{name}/cancel", "/v1/pools/{name}/jobs", "/v1/pools/{name}/wait",
            "/v1/processes", "/v1/processes/{id}", "/v1/processes/{id}/events", "/v1/processes/{id}/kill",
            "/v1/processes/{id}/logs", "/v1/processes/{id}/metrics", "/v1/processes/{id}/plan", "/v1/processes/{id}/resize", "/v1/processes/{id}/restart", "/v1/processes/{id}/result", "/v1/processes/{id}/resume",
            "/v1/processes/{id}/runs", "/v1/processes/{id}/signal", "/v1/processes/{id}/spec", "/v1/processes/{id}/start", "/v1/processes/{id}/status",
            "/v1/processes/{id}/stdin", "/v1/processes/{id}/stop", "/v1/processes/{id}/suspend", "/v1/processes/{id}/scale", "/v1/processes/{id}/wait", "/v1/run", "/v1/sync",
            "/v1/templates", "/v1/templates/{name}", "/v1/templates/{name}/save", "/v1/templates/{name}/start",
            "/v1/start-many", "/v1/start-all", "/v1/stop-all",
            "/v1/stacks", "/v1/stacks/{name}", "/v1/stacks/{name}/graph", "/v1/stacks/{name}/up", "/v1/stacks/{name}/plan", "/v1/stacks/{name}/down",
        ], ignoreOrder: true);
        foreach (var path in paths.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(entry => entry.Name != "parameters"))
            {
                operation.Value.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(path.Name);
                operation.Value.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty(path.Name);
                operation.Value.GetProperty("responses").GetProperty("500").GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue(path.Name);
            }
        }

        var create = paths.GetProperty("/v1/processes").GetProperty("post");
        create.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(["201", "400", "409", "413", "429", "507", "500"], ignoreOrder: true);
        create.GetProperty("parameters")[0].GetProperty("name").GetString().ShouldBe("start");
    }

    [Fact]
    public async Task Values_are_documented_as_they_are_written()
    {
        await using var served = await Served.StartAsync();
        var (_, document) = await served.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        TestContext.Current.TestOutputHelper?.WriteLine(schemas.ToString());
        var spec = Properties("ProcessSpec");
        Type(spec.GetProperty("args")).ShouldContain("array");
        Type(spec.GetProperty("labels")).ShouldContain("object");
        Resolve(spec.GetProperty("timeout")).ToString().ShouldContain("duration");
        var info = Properties("ProcessInfo");
        Type(Resolve(info.GetProperty("id"))).ShouldContain("string");
        Resolve(info.GetProperty("phase")).GetProperty("enum")[0].GetString().ShouldBe("Created");
        Properties("ProbeSpec").EnumerateObject().Select(field => field.Name).ShouldBe(
            ["http", "tcp", "command", "initialDelay", "interval", "timeout", "successThreshold", "failureThreshold"], ignoreOrder: true);
        Properties("ReadySpec").EnumerateObject().Select(field => field.Name).ShouldBe(["probe", "logLine", "port", "notify", "timeout"], ignoreOrder: true);
        schemas.GetProperty("ProcessSpec").GetProperty("required").ToString().ShouldContain("command");
        Properties("RunRequest").TryGetProperty("input", out _).ShouldBeTrue();

        JsonElement Properties(string name) => schemas.GetProperty(name).GetProperty("properties");

        string Type(JsonElement schema) => Resolve(schema).GetProperty("type").ToString();

        JsonElement Resolve(JsonElement schema)
        {
            if (schema.TryGetProperty("oneOf", out var choices))
            {
                schema = choices.EnumerateArray().Last();
            }

            return schema.TryGetProperty("$ref", out var link) ? schemas.GetProperty(link.GetString()!.Split('/')[^1]) : schema;
        }
    }

    [Fact]
    public async Task Metrics_are_Prometheus_text()
    {
        await using var served = await Served.StartAsync();
        await served.Manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("web"), Command = "sleep" });
        await served.SendAsync(HttpMethod.Get, "/v1/processes/none");
        using var meter = new System.Diagnostics.Metrics.Meter("ProcessManager");
        meter.CreateCounter<long>("procman.test.turns").Add(2, new KeyValuePair<string, object?>("from", "Running"), new("to", "say \"x\""));
        meter.CreateHistogram<double>("procman.test.start", "s", "Until the child exists.").Record(0.02);

        using var answer = await served.Http.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');

        lines.ShouldContain("procman_processes{phase=\"Running\"} 1");
        lines.ShouldContain("procman_processes{phase=\"Terminated\"} 0");
        lines.ShouldContain("procman_process_cpu_seconds_total{id=\"web\"} 1.5");
        lines.ShouldContain("procman_process_memory_bytes{id=\"web\"} 4096");
        lines.ShouldContain("procman_process_restarts_total{id=\"web\"} 0");
        lines.ShouldContain("procman_errors_total{code=\"NotFound\"} 1");
        lines.ShouldContain("procman_queue_depth 3");
        lines.ShouldContain("procman_test_turns_total{from=\"Running\",to=\"say \\\"x\\\"\"} 2");
        lines.ShouldContain("# TYPE procman_test_start_seconds histogram");
        lines.ShouldContain("procman_test_start_seconds_bucket{le=\"0.01\"} 0");
        lines.ShouldContain("procman_test_start_seconds_bucket{le=\"0.025\"} 1");
        lines.ShouldContain("procman_test_start_seconds_count 1");
        lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBeUnique();

        await served.Manager.RemoveAsync(ProcessId.Parse("web"));
        (await served.Http.GetStringAsync("/metrics")).ShouldNotContain("id=\"web\"");
    }
}
