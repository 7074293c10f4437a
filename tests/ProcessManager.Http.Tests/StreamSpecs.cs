using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ProcessManager.Http.Tests;

public sealed class StreamSpecs
{
    private static readonly ProcessId Web = ProcessId.Parse("web");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_log_is_its_bytes()
    {
        await using var served = await StartAsync();
        byte[] raw = [0x68, 0x69, 0xFF, 0x00, 0x0A, 0x0D, 0x0A];
        served.Manager.Write(Web, raw);

        using var answer = await served.Http.GetAsync("/v1/processes/web/logs");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(raw);
    }

    [Fact]
    public async Task A_log_is_an_object_a_line_for_who_asks()
    {
        await using var served = await StartAsync();
        served.Manager.Write(Web, [.. "one\ntw\"o\n"u8, 0xFF, (byte)'\n', .. "end"u8]);
        served.Manager.Write(Web, "bad\n", LogStream.Stderr);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/processes/web/logs");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await served.Http.SendAsync(request);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        lines.Count.ShouldBe(5);
        lines.Select(line => line.GetProperty("offset").GetInt64()).ShouldBe([0, 4, 9, 11, 0]);
        lines[1].GetProperty("text").GetString().ShouldBe("tw\"o\n");
        lines[2].GetProperty("bytes").GetBytesFromBase64().ShouldBe([0xFF, (byte)'\n']);
        lines[3].GetProperty("text").GetString().ShouldBe("end");
        lines[4].GetProperty("stream").GetString().ShouldBe("stderr");
        lines[4].GetProperty("time").GetString()!.ShouldEndWith("Z");
    }

    [Fact]
    public async Task A_followed_log_comes_as_it_is_written_and_ends_with_the_process()
    {
        await using var served = await StartAsync();
        served.Manager.Write(Web, "before\n");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/processes/web/logs?follow=true");
        using var answer = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("before");
        served.Manager.Write(Web, "while\n");
        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("while");
        await served.Manager.StopAsync(Web);
        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBeNull();
        await served.Manager.UntilAsync(manager => manager.Following == 0, "the follow to end");
    }

    [Fact]
    public async Task The_head_of_a_silent_follow_comes_at_once()
    {
        await using var served = await StartAsync();
        using var limit = new CancellationTokenSource(Limit);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/processes/web/logs?follow=true");
        using var answer = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        answer.IsSuccessStatusCode.ShouldBeTrue();
        served.Manager.Following.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_what_it_followed_or_waited_for()
    {
        await using var served = await StartAsync();
        using var left = new CancellationTokenSource();
        var following = Task.Run(async () =>
        {
            await foreach (var chunk in served.Client.ReadLogsAsync(Web, new LogQuery { Follow = true }, left.Token))
            {
                chunk.Bytes.Length.ShouldBe(0);
            }
        });
        var waiting = served.Client.WaitAsync(Web, cancellationToken: left.Token);
        await served.Manager.UntilAsync(manager => manager.Following == 1 && manager.Orders.Contains("wait Terminated"), "the follow and the wait");

        await left.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(following);
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await served.Manager.UntilAsync(manager => manager is { Following: 0, Cancelled: 1 }, "both to end on the server");
        (await served.Client.GetAsync(Web)).Phase.ShouldBe(Phase.Running);
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_its_run()
    {
        await using var served = await StartAsync();
        using var left = new CancellationTokenSource();
        var running = served.Client.RunAsync(new ProcessSpec { Command = "forever" }, cancellationToken: left.Token);
        await served.Manager.UntilAsync(manager => manager.Following == 1, "the run");
        await left.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        await served.Manager.UntilAsync(manager => manager.Following == 0, "the run to be cancelled");
    }

    [Fact]
    public async Task Nobody_holds_the_shutdown_up()
    {
        await using var served = await StartAsync();
        served.Manager.Write(Web, new byte[8 << 20]);
        using var follows = await OpenAsync(served, "GET /v1/processes/web/logs?follow=true&stream=stderr HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using var subscribes = await OpenAsync(served, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using var waits = await OpenAsync(served, "POST /v1/processes/web/wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        using var neverReads = await OpenAsync(served, "GET /v1/processes/web/logs?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using var neverEnds = await OpenAsync(served, "POST /v1/processes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{");
        using var runs = await OpenAsync(served, "POST /v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n{\"command\":\"forever\"}");
        await served.Manager.UntilAsync(manager => manager.Following >= 3 && manager.Orders.Contains("wait Terminated"), "the callers to hang");

        await served.GoAwayAsync().WaitAsync(Limit);
        await served.Manager.UntilAsync(manager => manager.Following == 0, "what they held to end");
        await served.ComeBackAsync();
    }

    [Fact]
    public async Task Events_are_server_sent()
    {
        await using var served = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events?type=Created,stopped");
        request.Headers.Add("Last-Event-ID", "0");
        using var answer = await served.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);

        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("id: 1");
        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("event: Created");
        (await reader.ReadLineAsync().WaitAsync(Limit))!.ShouldStartWith("data: {\"cursor\":\"1\"");
        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("");
        await served.Manager.StopAsync(Web);
        (await reader.ReadLineAsync().WaitAsync(Limit)).ShouldBe("id: 3");
    }

    private static async Task<Served> StartAsync()
    {
        var served = await Served.StartAsync();
        await served.Manager.CreateAsync(new ProcessSpec { Id = Web, Command = "sleep" });
        return served;
    }

    private static async Task<Socket> OpenAsync(Served served, string request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(served.Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }
}
