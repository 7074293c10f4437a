using System.Text;

namespace ProcessManager.Http.Tests;

public sealed class ClientSpecs
{
    private static readonly ProcessId Web = ProcessId.Parse("web");
    private static readonly ProcessSpec Sleep = new() { Id = Web, Command = "sleep" };
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_member_crosses()
    {
        await using var served = await Served.StartAsync();
        var client = served.Client;
        var spec = new ProcessSpec
        {
            Id = Web,
            Command = "sleep",
            Args = ["a b", "\"'\n", "", "é"],
            Labels = [new("tier", "front"), new("a.b", "=&?")],
            Group = "shop",
            Environment = [new("A", "1"), new("B", null), new("C", new EnvironmentValue("s", Secret: true))],
            Stop = new StopSpec { Signal = Signal.Int, Grace = TimeSpan.FromMilliseconds(1500) },
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = null },
            Umask = 0x12,
        };

        var info = await client.CreateAsync(spec, start: false);
        info.ShouldBe(await served.Manager.GetAsync(Web));
        (await served.Manager.GetSpecAsync(Web)).ShouldBe(spec);
        (await client.GetAsync(Web)).ShouldBe(info);
        (await client.ListAsync(new ProcessQuery { Labels = [new("tier", null), new("a.b", "=&?")], Phases = [Phase.Created, Phase.Running], Group = "shop", Name = "web", Goal = Goal.Down }))
            .Items.ShouldBe([info]);
        (await client.PlanAsync(Sleep)).ShouldBe(new UpdatePlan(UpdateEffect.Restart, ["command"]));
        (await client.UpdateAsync(Sleep, info.Version)).Version.ShouldBe(info.Version + 1);
        (await Should.ThrowAsync<ProcessManagerException>(() => client.UpdateAsync(Sleep, info.Version))).Code.ShouldBe(ErrorCode.Conflict);
        (await client.GetSpecAsync(Web)).ShouldBe(Sleep);
        (await client.StartAsync(Web)).Phase.ShouldBe(Phase.Running);
        await client.SignalAsync(Web, Signal.Hup, tree: true);
        await client.SuspendAsync(Web);
        await client.ResumeAsync(Web);
        (await client.RestartAsync(Web, new StopOptions { Grace = TimeSpan.Zero })).Run.ShouldBe(2);
        (await client.WaitAsync(Web, new WaitOptions { For = WaitFor.Ready, Timeout = Limit })).OsPid.ShouldBe(4);
        await client.WriteStdinAsync(Web, "hello"u8.ToArray(), close: true);
        (await client.GetMetricsAsync(Web)).CpuSeconds.ShouldBe(1.5);
        (await client.GetStatusAsync(Web)).State.ShouldBe(OsState.DiskSleep);
        (await client.GetRunsAsync(Web)).ShouldBe(await served.Manager.GetRunsAsync(Web));
        (await client.GetHealthAsync()).QueueDepth.ShouldBe(3);
        (await client.StopAsync(Web, new StopOptions { Grace = TimeSpan.FromSeconds(2), Wait = true })).Reason.ShouldBe(EndReason.Stopped);
        await client.KillAsync(Web, wait: true);
        (await client.SyncKnownAsync(new SyncScope { Group = "g", Labels = [new("a", "b")], Known = [Web] })).ShouldBe(new SyncOutcome([], []));
        await client.RemoveAsync(Web, new StopOptions { Grace = TimeSpan.FromSeconds(3) });
        (await Should.ThrowAsync<ProcessManagerException>(() => client.GetAsync(Web))).Code.ShouldBe(ErrorCode.NotFound);

        served.Manager.Orders.ShouldBe(
        [
            "start", "signal SIGHUP True", "suspend", "resume", "restart 00:00:00", "wait Ready", "stdin 5 True", "stop 00:00:02 True", "kill True", "remove 00:00:03",
        ]);
    }

    [Fact]
    public async Task A_problem_is_the_exception_again()
    {
        await using var served = await Served.StartAsync();
        var invalid = await Should.ThrowAsync<ProcessManagerException>(() => served.Client.CreateAsync(new ProcessSpec { Command = "", Nice = 50 }));
        invalid.Code.ShouldBe(ErrorCode.InvalidSpec);
        invalid.Faults.Select(fault => fault.Path).ShouldBe(["command", "nice"], ignoreOrder: true);
        invalid.Message.ShouldContain("nice");

        var late = await Should.ThrowAsync<CommandException>(() => served.Client.RunAsync(new ProcessSpec { Command = "slow" }));
        late.Code.ShouldBe(ErrorCode.TimedOut);
        late.Result.Output.ShouldBe("so far");
    }

    [Fact]
    public async Task Input_of_any_bytes_arrives()
    {
        await using var served = await Served.StartAsync();
        var text = new string('é', 2 << 20) + "\0";
        (await served.Client.RunAsync(new ProcessSpec { Command = "cat" }, Encoding.UTF8.GetBytes(text))).Output.ShouldBe(text);

        await served.Client.CreateAsync(Sleep);
        var bytes = new byte[(20 << 20) + 1];
        bytes[^1] = 0xFF;
        await served.Client.WriteStdinAsync(Web, bytes, close: true);
        served.Manager.Stdin.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        served.Manager.Orders[^1].ShouldEndWith("True");
        served.Manager.Orders.Count(order => order.EndsWith("True", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Where_nobody_listens_the_answer_says_how_to_begin()
    {
        using var folder = new Folder();
        using var client = new HttpProcessManager(folder.At("s"));
        var began = TimeProvider.System.GetTimestamp();
        var error = await Should.ThrowAsync<ProcessManagerException>(() => client.GetHealthAsync());
        error.Code.ShouldBe(ErrorCode.Unavailable);
        error.Message.ShouldContain("procman serve");
        await Should.ThrowAsync<ProcessManagerException>(async () => await client.SubscribeAsync(new EventQuery()).GetAsyncEnumerator().MoveNextAsync());
        await Should.ThrowAsync<ProcessManagerException>(async () => await client.ReadLogsAsync(Web, new LogQuery()).GetAsyncEnumerator().MoveNextAsync());
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_wait_lasts_over_a_restart_of_the_manager_and_means_the_same_run()
    {
        await using var served = await Served.StartAsync();
        await served.Client.CreateAsync(Sleep);
        var waiting = served.Client.WaitAsync(Web);
        await served.Manager.UntilAsync(manager => manager.Orders.Contains("wait Terminated"), "the wait");

        await served.GoAwayAsync();
        await served.ComeBackAsync();
        await served.Manager.UntilAsync(manager => manager.Orders.Contains("wait Terminated 1"), "the wait to be asked again");
        await served.Manager.StopAsync(Web);

        (await waiting.WaitAsync(Limit)).Phase.ShouldBe(Phase.Terminated);
    }

    [Fact]
    public async Task What_is_safe_to_repeat_is_asked_again()
    {
        var health = BreakingServer.Json("200 OK", "application/json", """{"ready":true,"total":1,"running":1,"terminating":0,"failed":0,"queueDepth":0,"version":"1"}""");
        await using var breaking = new BreakingServer(null, null, health);
        (await breaking.Client.GetHealthAsync()).Total.ShouldBe(1);
        breaking.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_removed_stays_removed_when_its_answer_was_lost()
    {
        var gone = BreakingServer.Json("404 Not Found", "application/problem+json", """{"type":"x","title":"x","status":404,"detail":"gone","code":"NotFound","errors":[]}""");
        await using var breaking = new BreakingServer(null, gone);
        await breaking.Client.RemoveAsync(Web);
        breaking.Requests.ShouldBe(["DELETE /v1/processes/web HTTP/1.1", "DELETE /v1/processes/web HTTP/1.1"]);
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("signal")]
    [InlineData("stdin")]
    [InlineData("start")]
    [InlineData("create")]
    [InlineData("run")]
    public async Task What_isnt_safe_to_repeat_is_asked_once(string order)
    {
        await using var breaking = new BreakingServer();
        Func<Task> ask = order switch
        {
            "restart" => () => breaking.Client.RestartAsync(Web),
            "signal" => () => breaking.Client.SignalAsync(Web, Signal.Hup),
            "stdin" => () => breaking.Client.WriteStdinAsync(Web, "x"u8.ToArray()),
            "start" => () => breaking.Client.StartAsync(Web),
            "create" => () => breaking.Client.CreateAsync(Sleep),
            _ => () => breaking.Client.RunAsync(Sleep),
        };
        (await Should.ThrowAsync<ProcessManagerException>(ask)).Code.ShouldBe(ErrorCode.Unavailable);
        breaking.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_order_isnt_repeated_on_a_connection_that_was_used_before()
    {
        var health = """{"ready":true,"total":1,"running":1,"terminating":0,"failed":0,"queueDepth":0,"version":"1"}""";
        await using var breaking = new BreakingServer($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {health.Length}\r\n\r\n{health}", null, null);
        await breaking.Client.GetHealthAsync();
        await Should.ThrowAsync<ProcessManagerException>(() => breaking.Client.StartAsync(Web));
        breaking.Requests.Count(request => request.Contains("start", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_isnt_a_manager_is_told()
    {
        await using var other = new BreakingServer(BreakingServer.Json("502 Bad Gateway", "text/html", "<html>"), BreakingServer.Json("200 OK", "text/html", "<html>"));
        (await Should.ThrowAsync<ProcessManagerException>(() => other.Client.GetHealthAsync())).Message.ShouldContain("502");
        (await Should.ThrowAsync<ProcessManagerException>(() => other.Client.GetHealthAsync())).Code.ShouldBe(ErrorCode.Internal);
    }

    [Fact]
    public async Task Events_go_on_without_loss_over_a_restart_of_the_manager()
    {
        await using var served = await Served.StartAsync();
        await served.Client.CreateAsync(Sleep);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await using var events = served.Client.SubscribeAsync(new EventQuery { After = "" }, limit.Token).GetAsyncEnumerator(limit.Token);
        var cursors = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            served.Manager.Happen(Web, EventType.Ready);
            await served.GoAwayAsync();
            served.Manager.Happen(Web, EventType.Adopted);
            await served.ComeBackAsync();
            served.Manager.Happen(Web, EventType.Ready);
            while (cursors.Count < 2 + (3 * (i + 1)))
            {
                (await events.MoveNextAsync()).ShouldBeTrue();
                cursors.Add(events.Current.Cursor);
            }
        }

        cursors.ShouldBe(Enumerable.Range(1, 17).Select(n => n.ToString()));
    }

    [Fact]
    public async Task A_subscription_from_now_that_saw_nothing_yet_loses_nothing_either()
    {
        await using var served = await Served.StartAsync();
        await served.Client.CreateAsync(Sleep);
        await Task.Delay(5);
        using var limit = new CancellationTokenSource(Limit);
        await using var events = served.Client.SubscribeAsync(new EventQuery(), limit.Token).GetAsyncEnumerator(limit.Token);
        var next = events.MoveNextAsync();
        await served.Client.GetHealthAsync();
        await served.GoAwayAsync();
        served.Manager.Happen(Web, EventType.Adopted);
        await served.ComeBackAsync();
        (await next).ShouldBeTrue();
        events.Current.Type.ShouldBe(EventType.Adopted);
    }

    [Fact]
    public async Task From_now_is_from_when_it_was_asked()
    {
        await using var served = await Served.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var limit = new CancellationTokenSource(Limit);
            await using var events = served.Client.SubscribeAsync(new EventQuery { Types = [EventType.Created] }, limit.Token).GetAsyncEnumerator(limit.Token);
            var next = events.MoveNextAsync();
            var info = await served.Client.CreateAsync(Sleep with { Id = null });
            (await next).ShouldBeTrue();
            events.Current.Id.ShouldBe(info.Id);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(LogStream.Stdout)]
    public async Task A_followed_log_goes_on_over_a_restart_of_the_manager(LogStream? stream)
    {
        await using var served = await Served.StartAsync();
        await served.Client.CreateAsync(Sleep);
        var read = new StringBuilder();
        var following = Task.Run(async () =>
        {
            await foreach (var chunk in served.Client.ReadLogsAsync(Web, new LogQuery { Follow = true, Stream = stream }))
            {
                if (chunk.Stream == LogStream.Stdout)
                {
                    read.Append(Encoding.UTF8.GetString(chunk.Bytes.Span));
                }
            }
        });
        for (var i = 0; i < 9; i++)
        {
            await FollowedAsync();
            served.Manager.Write(Web, $"{i}a\n{i}b\n");
            served.Manager.Write(Web, "other\n", LogStream.Stderr);
            if (i % 3 == 2)
            {
                await served.GoAwayAsync();
                served.Manager.Write(Web, $"away {i}\n");
                await served.ComeBackAsync();
            }
        }

        await FollowedAsync();
        await served.Client.StopAsync(Web);
        await following.WaitAsync(Limit);
        read.ToString().ShouldBe(string.Concat(Enumerable.Range(0, 9).Select(i => $"{i}a\n{i}b\n" + (i % 3 == 2 ? $"away {i}\n" : ""))));

        async Task FollowedAsync()
        {
            var followed = served.Manager.UntilAsync(manager => manager.Following == 1, "the follow");
            // Should it have failed, that says more than that it isn't there.
            await await Task.WhenAny(followed, following);
            following.IsCompleted.ShouldBeFalse($"The follow ended after: {read}");
        }
    }
}
