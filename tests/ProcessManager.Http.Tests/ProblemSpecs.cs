using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ProcessManager.Http.Tests;

public sealed class ProblemSpecs
{
    [Theory]
    [InlineData("GET", "/nowhere", null, 404, "NotFound")]
    [InlineData("GET", "/v1/pipelines", null, 404, "NotFound")]
    [InlineData("GET", "/", null, 404, "NotFound")]
    [InlineData("PATCH", "/v1/processes/a", null, 405, "NotSupported")]
    [InlineData("DELETE", "/v1/processes", null, 405, "NotSupported")]
    [InlineData("GET", "/v1/processes/none", null, 404, "NotFound")]
    [InlineData("GET", "/v1/processes/none/logs", null, 404, "NotFound")]
    [InlineData("GET", "/v1/processes/none/logs?follow=true", null, 404, "NotFound")]
    [InlineData("GET", "/v1/processes/none/events", null, 404, "NotFound")]
    [InlineData("POST", "/v1/processes/none/start", null, 404, "NotFound")]
    [InlineData("GET", "/v1/processes/..%2fx", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes/.x", null, 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "{", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "[]", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "null", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "{\"args\":[]}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "{\"command\":\"x\",\"id\":\"../x\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes", "{\"command\":\"missing\"}", 400, "CommandNotFound")]
    [InlineData("POST", "/v1/processes", "{\"command\":\"bug\"}", 500, "Internal")]
    [InlineData("POST", "/v1/processes", "{\"command\":\"x\",\"id\":\"taken\"}", 409, "AlreadyExists")]
    [InlineData("POST", "/v1/processes?start=perhaps", "{\"command\":\"x\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes?strat=false", "{\"command\":\"x\"}", 400, "InvalidSpec")]
    [InlineData("PUT", "/v1/processes/a", "{\"command\":\"x\",\"id\":\"b\"}", 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes?limit=0", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes?limit=1001", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes?phase=Walking", null, 400, "InvalidSpec")]
    [InlineData("DELETE", "/v1/processes/taken?grace=-1s", null, 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/stop", "{\"grace\":\"soon\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/stop", "{\"grase\":\"1s\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/start", "{\"grace\":\"1s\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/signal", "{\"signal\":\"SIGNOTHING\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/signal", "", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/signal", "{\"signal\":\"HUP\"}", 409, "InvalidState")]
    [InlineData("POST", "/v1/processes/taken/wait", "{\"for\":\"ready\",\"timeout\":\"10ms\"}", 504, "DeadlineExceeded")]
    [InlineData("POST", "/v1/processes/taken/wait", "{\"timeout\":\"0s\"}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/processes/taken/wait", "{\"run\":\"one\"}", 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes/taken/metrics", null, 409, "InvalidState")]
    [InlineData("GET", "/v1/processes/taken/logs?stream=stdin", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes/taken/logs?since=5", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes/taken/logs?since=yesterday", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/processes/taken/logs?grep=(", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/events?type=Nothing", null, 400, "InvalidSpec")]
    [InlineData("GET", "/v1/events?after=elsewhere", null, 400, "InvalidSpec")]
    [InlineData("POST", "/v1/run", "{\"spec\":{},\"input\":5}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/run", "{\"command\":\"cat\",\"input\":{\"base64\":\"%\"}}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/run", "{\"command\":\"cat\",\"input\":[]}", 400, "InvalidSpec")]
    [InlineData("POST", "/v1/sync", "{\"group\":\"g\"}", 400, "InvalidSpec")]
    public async Task Every_failure_is_a_problem(string method, string path, string? body, int status, string code)
    {
        await using var served = await Served.StartAsync();
        await served.Manager.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("taken"), Command = "x" }, start: false);

        var (answered, problem) = await served.SendAsync(new HttpMethod(method), path, body);

        answered.ShouldBe(status, problem.ToString());
        problem.GetProperty("code").GetString().ShouldBe(code, problem.ToString());
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("type").GetString().ShouldBe($"urn:procman:{code}");
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("errors").ValueKind.ShouldBe(JsonValueKind.Array);
        problem.GetProperty("errors").GetArrayLength().ShouldBe(code == "InvalidSpec" ? problem.GetProperty("errors").GetArrayLength() : 0);
        problem.ToString().ShouldNotContain("a secret detail");
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        await using var served = await Served.StartAsync();
        var (status, problem) = await served.SendAsync(HttpMethod.Post, "/v1/processes", "command=x", "application/x-www-form-urlencoded");
        status.ShouldBe(415);
        problem.GetProperty("code").GetString().ShouldBe("InvalidSpec");
    }

    [Fact]
    public async Task Bad_JSON_is_told_with_its_position()
    {
        await using var served = await Served.StartAsync();
        var (_, problem) = await served.SendAsync(HttpMethod.Post, "/v1/processes", "{\n  \"command\": sleep\n}");
        problem.GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldContain("line 2");
    }

    [Fact]
    public async Task All_faults_are_told_at_once_with_their_paths()
    {
        await using var served = await Served.StartAsync();
        var (_, problem) = await served.SendAsync(HttpMethod.Post, "/v1/processes", """{"comand":"x","args":[["x"]],"stop":{"grace":"-1s"},"restart":{"max":"many"}}""");
        var paths = problem.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()).ToList();
        paths.ShouldBe(["args[0]", "comand", "command", "restart.max", "stop.grace"], ignoreOrder: true);
        problem.GetProperty("detail").GetString()!.ShouldContain("did you mean `command`");
    }

    [Fact]
    public async Task All_faults_of_a_query_are_told_at_once()
    {
        await using var served = await Served.StartAsync();
        var (_, problem) = await served.SendAsync(HttpMethod.Get, "/v1/processes?limit=many&phase=Here&page=2");
        problem.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()).ShouldBe(["phase", "limit", "page"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_spec_of_ten_megabytes_is_too_large()
    {
        await using var served = await Served.StartAsync();
        var (status, problem) = await served.SendAsync(HttpMethod.Post, "/v1/processes", $$"""{"command":"{{new string('x', 10 << 20)}}"}""");
        status.ShouldBe(413);
        problem.GetProperty("code").GetString().ShouldBe("TooLarge");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_before_it_is_sent()
    {
        await using var served = await Served.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(served.Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes("POST /v1/processes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n{"));

        var answer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var length = await socket.ReceiveAsync(answer, limit.Token);
        Encoding.ASCII.GetString(answer, 0, length).ShouldStartWith("HTTP/1.1 413 ");
    }

    [Fact]
    public async Task A_body_without_a_length_is_bounded_too()
    {
        await using var served = await Served.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/processes") { Content = new StringContent(new string(' ', 3 << 20)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        (await Served.SendAsync(served.Http, request)).Status.ShouldBe(413);
    }

    [Fact]
    public async Task Sixteen_megabytes_of_input_are_taken_and_more_is_not()
    {
        await using var served = await Served.StartAsync();
        var most = new byte[16 << 20];
        Array.Fill(most, (byte)'x');

        (await served.Client.RunAsync(new ProcessSpec { Command = "cat" }, most)).Output.Length.ShouldBe(most.Length);
        (await Should.ThrowAsync<ProcessManagerException>(() => served.Client.RunAsync(new ProcessSpec { Command = "cat" }, new byte[most.Length + 1])))
            .Code.ShouldBe(ErrorCode.TooLarge);
    }

    [Fact]
    public async Task A_request_that_is_no_HTTP_is_answered_all_the_same()
    {
        await using var served = await Served.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(served.Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes("hello\r\n\r\n"));
        var answer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var length = await socket.ReceiveAsync(answer, limit.Token);
        Encoding.ASCII.GetString(answer, 0, length).ShouldStartWith("HTTP/1.1 400 ");
        (await served.Http.GetAsync("/healthz")).IsSuccessStatusCode.ShouldBeTrue();
    }
}
