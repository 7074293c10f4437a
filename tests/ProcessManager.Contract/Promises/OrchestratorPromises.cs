using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>
/// What the description of a process manager for development environments promises: health, dependencies, restarts, patterns, metrics, events. Its
/// <c>crashed</c> with a limit reached is our GaveUp.
/// </summary>
public abstract class OrchestratorPromises(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_process_is_created_started_stopped_restarted_and_removed()
    {
        var process = Manager.Process((await Declare(Scripts.Sleeps with { Name = "My Service" })).Id);

        (await process.StartAsync(Cancel)).ShouldBeRunning().Name.ShouldBe("My Service");
        (await process.RestartAsync(cancellationToken: Cancel)).ShouldBeRunning().Run.ShouldBe(2);
        (await process.StopAsync(cancellationToken: Cancel)).ShouldBeDown(EndReason.Stopped);
        await process.RemoveAsync(cancellationToken: Cancel);

        await Refused(ErrorCode.NotFound, () => process.GetAsync(Cancel));
    }

    [Fact]
    public async Task Whether_it_runs_its_state_and_what_it_uses_can_be_asked_for()
    {
        var info = await Start(Scripts.Shell("while :; do :; done"));

        info.ShouldBeRunning();
        var used = await Patience.Until("some CPU", () => Manager.GetMetricsAsync(info.Id, Cancel), used => used.CpuSeconds > 0);
        used.MemoryBytes.ShouldBeGreaterThan(0);
        (await Until(info.Id, "an uptime", now => now.Uptime > TimeSpan.Zero)).Phase.ShouldBe(Phase.Running);
    }

    [Fact]
    public async Task An_http_check_makes_it_healthy_by_its_method_headers_and_status()
    {
        using var listener = Listen(out var port);
        var serving = ServeOnce(listener, "GET /health", "X-Health-Check: true", "204 No Content");
        var info = await Start(Scripts.Sleeps with
        {
            Health = Readiness(new ProbeTarget.Http($"http://127.0.0.1:{port}/health") { Headers = [new("X-Health-Check", "true")], ExpectedStatus = [204] }),
        });

        await serving;
        await Until(info.Id, "healthy", now => now is { Ready: true, Healthy: true });
    }

    [Fact]
    public async Task A_tcp_check_makes_it_healthy_when_its_port_is_open()
    {
        using var listener = Listen(out var port);
        var info = await Start(Scripts.Sleeps with { Health = Readiness(new ProbeTarget.Tcp(port) { Host = "127.0.0.1" }) });

        await Until(info.Id, "healthy", now => now is { Ready: true, Healthy: true });
    }

    [Fact]
    public async Task A_command_check_makes_it_healthy_by_its_exit_code()
    {
        var info = await Start(Scripts.Sleeps with
        {
            Health = Readiness(new ProbeTarget.Command("sh") { Args = ["-c", "exit 7"], ExpectedExitCode = 7 }),
        });

        await Until(info.Id, "healthy", now => now is { Ready: true, Healthy: true });
    }

    [Fact]
    public async Task It_is_unhealthy_after_as_many_failures_as_it_is_given_and_both_are_events()
    {
        await File.WriteAllTextAsync(Path.Combine(Directory, "well"), "", Cancel);
        var info = await Start(Scripts.Sleeps with
        {
            WorkingDirectory = Directory,
            Health = new HealthSpec
            {
                Readiness = new ProbeSpec
                {
                    Target = new ProbeTarget.Command("test") { Args = ["-e", "well"] },
                    Interval = TimeSpan.FromMilliseconds(100),
                    FailureThreshold = 2,
                    InitialDelay = TimeSpan.FromMilliseconds(50),
                    Timeout = TimeSpan.FromSeconds(20),
                },
            },
        });
        await EventsUntil(info.Id, EventType.Healthy);

        File.Delete(Path.Combine(Directory, "well"));

        var told = (await EventsUntil(info.Id, EventType.Unhealthy))[^1];
        told.Data.Detail.ShouldNotBeNullOrEmpty();
        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning().Healthy.ShouldBeFalse();
    }

    [Fact]
    public async Task With_auto_restart_it_is_started_again_up_to_the_maximum_after_the_delay()
    {
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 2, Delay = TimeSpan.FromMilliseconds(50), Factor = 1, Jitter = 0 },
        });

        var told = await EventsUntil(info.Id, EventType.GaveUp);

        var crashes = told.Where(one => one.Type == EventType.Crashed).ToList();
        crashes.Select(crash => crash.Data.WillRestart).ShouldBe([true, true, false]);
        crashes.ShouldAllBe(crash => crash.Data.MaxRestarts == 2 && crash.Data.Result!.ExitCode == 1);
        told.Where(one => one.Type == EventType.BackingOff)
            .ShouldAllBe(one => one.Data.NextStartAt - one.Time >= TimeSpan.FromMilliseconds(48));
    }

    [Fact]
    public async Task Without_auto_restart_it_stays_down()
    {
        var info = await Start(Scripts.Exits(1));

        (await Ended(info.Id)).ShouldBeDown(EndReason.Failed).RestartCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(DependencyCondition.Started)]
    [InlineData(DependencyCondition.Running)]
    [InlineData(DependencyCondition.Healthy)]
    public async Task It_waits_for_its_dependencies_to_be_where_it_wants_them(DependencyCondition condition)
    {
        var database = await Declare(Scripts.Sleeps with
        {
            WorkingDirectory = Directory,
            Health = Readiness(new ProbeTarget.Command("test") { Args = ["-e", "open"] }),
        });
        var api = await Start(Scripts.Sleeps with { DependsOn = [new(database.Id, condition)] });
        api.Phase.ShouldBe(Phase.Waiting);
        api.BlockedBy.ShouldNotBeNull().ShouldContain(database.Id.Value);

        await Manager.StartAsync(database.Id, Cancel);
        if (condition != DependencyCondition.Started)
        {
            await Until(database.Id, "a child", now => now.OsPid is not null);
            (await Manager.GetAsync(api.Id, Cancel)).OsPid.ShouldBeNull();
            await File.WriteAllTextAsync(Path.Combine(Directory, "open"), "", Cancel);
        }

        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task Many_are_started_in_the_order_of_their_dependencies_and_all_stopped_in_reverse()
    {
        var group = NewId().Value;
        var (db, api) = (NewId(), NewId());
        var started = await Manager.StartManyAsync(
            [Scripts.Sleeps with { Id = api, Group = group, DependsOn = [new(db)] }, Scripts.Sleeps with { Id = db, Group = group }], Cancel);
        started.Success.ShouldBeTrue($"{started}");
        (await Manager.WaitAsync(api, new WaitOptions { For = WaitFor.Ready }, Cancel)).StartedAt!.Value
            .ShouldBeGreaterThanOrEqualTo((await Manager.GetAsync(db, Cancel)).StartedAt!.Value);

        var stopped = await Manager.StopAllAsync(new ProcessSelection { Group = group }, new StopAllOptions { Timeout = TimeSpan.FromSeconds(30), Force = true }, Cancel);

        stopped.Success.ShouldBeTrue($"{stopped}");
        var ends = stopped.Processes.ToDictionary(one => one.Id, one => one.Info!.EndedAt!.Value);
        ends[db].ShouldBeGreaterThanOrEqualTo(ends[api]);

        (await Manager.StartAllAsync(new ProcessSelection { Group = group }, Cancel)).Success.ShouldBeTrue();
        (await Manager.WaitAsync(api, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task One_can_wait_until_another_has_stopped()
    {
        var migrations = await Start(Scripts.Shell("sleep 0.2; exit 0"));
        var api = await Start(Scripts.Sleeps with { DependsOn = [new(migrations.Id, DependencyCondition.Completed)] });

        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();

        (await Ended(migrations.Id)).ShouldBeDown(EndReason.Completed);
    }

    [Fact]
    public async Task A_dependency_that_failed_fails_who_depends_on_it_and_is_named()
    {
        var database = await Start(Scripts.Exits(1));
        await Ended(database.Id);
        var id = NewId();

        var error = await Refused(
            ErrorCode.DependencyFailed,
            () => Start(Scripts.Sleeps with { Id = id, DependsOn = [new(database.Id, DependencyCondition.CompletedSuccessfully)] }));

        error.Message.ShouldContain(database.Id.Value);
        (await Manager.GetAsync(id, Cancel)).ShouldBeDown(EndReason.DependencyFailed);
    }

    [Fact]
    public async Task A_circle_of_dependencies_and_an_unknown_one_are_refused()
    {
        var one = await Declare(Scripts.Sleeps);
        var two = await Declare(Scripts.Sleeps with { DependsOn = [new(one.Id)] });

        await Refused(ErrorCode.DependencyCycle, () => Manager.UpdateAsync(Scripts.Sleeps with { Id = one.Id, DependsOn = [new(two.Id)] }, cancellationToken: Cancel));
        await Refused(ErrorCode.DependencyMissing, () => Start(Scripts.Sleeps with { DependsOn = [new(NewId())] }));
    }

    [Fact]
    public async Task Patterns_come_with_their_checks_and_restarts()
    {
        var web = ProcessPatterns.WebServer("sleep", ["1000"], 3000, "/health", TimeSpan.FromSeconds(30)) with { Id = NewId() };
        var database = ProcessPatterns.Database("sleep", ["1000"], 5432) with { Id = NewId() };
        var worker = ProcessPatterns.Worker("sleep", ["1000"], maxRestarts: 5) with { Id = NewId() };
        var node = ProcessPatterns.BlockchainNode("sleep", ["1000"], 9001) with { Id = NewId() };
        foreach (var spec in new[] { web, database, worker, node })
        {
            await Declare(spec);
        }

        var specs = await Task.WhenAll(new[] { web, database, worker, node }.Select(spec => Manager.GetSpecAsync(spec.Id!.Value, Cancel)));

        specs[0].Health!.Readiness.ShouldNotBeNull().ShouldSatisfyAllConditions(
            probe => probe.Target.ShouldBeOfType<ProbeTarget.Http>().Url.ShouldBe("http://localhost:3000/health"),
            probe => probe.Interval.ShouldBe(TimeSpan.FromSeconds(30)));
        specs[1].Health!.Readiness!.Target.ShouldBeOfType<ProbeTarget.Tcp>().Port.ShouldBe(5432);
        specs[1].Restart.ShouldSatisfyAllConditions(policy => policy.Max.ShouldBe(5), policy => policy.Delay.ShouldBe(TimeSpan.FromSeconds(10)));
        specs[2].Restart.ShouldSatisfyAllConditions(policy => policy.When.ShouldBe(RestartWhen.OnFailure), policy => policy.Max.ShouldBe(5));
        specs[3].Health!.Startup.ShouldNotBeNull();
        specs[3].Stop.Grace.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Starting_started_stopping_and_stopped_are_events_with_their_facts()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"));
        await Stopped(info.Id);

        var told = await EventsUntil(info.Id, EventType.Terminated);

        told.ShouldTell(EventType.Starting, EventType.Started, EventType.Stopping, EventType.Stopped);
        told.Single(one => one.Type == EventType.Started).Data.OsPid.ShouldBe(info.OsPid);
        told.Single(one => one.Type == EventType.Stopped).Data.Result!.ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task Its_metrics_are_told_to_who_asks_for_them()
    {
        var info = await Start(Scripts.Sleeps);

        var told = await Events(new EventQuery { Ids = [info.Id], Types = [EventType.MetricsSampled] }, one => one.Type == EventType.MetricsSampled, "metrics");

        told[^1].Data.Metrics.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_it_writes_can_be_followed_on_both_streams()
    {
        var info = await Start(Scripts.Shell("echo out; echo err >&2"));

        var chunks = await Logs(info.Id, new LogQuery { Follow = true });

        Text(chunks.Where(chunk => chunk.Stream == LogStream.Stdout)).ShouldBe("out\n");
        Text(chunks.Where(chunk => chunk.Stream == LogStream.Stderr)).ShouldBe("err\n");
    }

    [Fact]
    public async Task Errors_have_codes_that_tell_what_is_wrong()
    {
        await Refused(ErrorCode.CommandNotFound, () => Start(new ProcessSpec { Command = "no-such-command" }));
        await Refused(ErrorCode.PermissionDenied, () => Start(new ProcessSpec { Command = Directory }));
        await Refused(ErrorCode.BadWorkingDirectory, () => Start(Scripts.Sleeps with { WorkingDirectory = Path.Combine(Directory, "missing") }));
    }

    [Fact]
    public async Task Whole_process_trees_are_ended()
    {
        var info = await StartSaying("ready", Scripts.Tree(Directory));
        var members = (await File.ReadAllLinesAsync(Path.Combine(Directory, "pids"), Cancel))
            .Select(line => OsProcess.Of(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))).ToList();

        await Stopped(info.Id, TimeSpan.FromMilliseconds(300));

        members.ShouldAllBe(member => !member.IsAlive);
    }

    [Fact]
    public async Task Hooks_are_called_when_it_starts_crashes_is_restarted_and_stops()
    {
        var info = await Start(Scripts.Shell("[ -e second ] && exec sleep 1000; touch second; exit 1") with
        {
            WorkingDirectory = Directory,
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromMilliseconds(10) },
            Hooks = new HooksSpec { OnStart = "echo start >> hooks", OnCrash = "echo crash >> hooks", OnRestart = "echo restart >> hooks", OnStop = "echo stop >> hooks" },
        });
        await Until(info.Id, "its second attempt", now => now is { Attempt: 2, Phase: Phase.Running });
        await Stopped(info.Id);

        var lines = await Patience.Until(
            "the hook of its stop",
            async () => File.Exists(Path.Combine(Directory, "hooks")) ? await File.ReadAllLinesAsync(Path.Combine(Directory, "hooks"), Cancel) : [],
            lines => lines.Contains("stop"));
        lines.Distinct().ShouldBe(["start", "crash", "restart", "stop"]);
    }

    private static HealthSpec Readiness(ProbeTarget target) =>
        new() { Readiness = new ProbeSpec { Target = target, Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromSeconds(20) } };

    private static Socket Listen(out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    /// <summary>Answers the first request, once it has what it must have.</summary>
    private static async Task ServeOnce(Socket listener, string first, string header, string status)
    {
        using var connection = await listener.AcceptAsync(Cancel);
        var request = "";
        var bytes = new byte[4096];
        while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await connection.ReceiveAsync(bytes, Cancel);
            count.ShouldBeGreaterThan(0, $"the request ended with {request}");
            request += System.Text.Encoding.ASCII.GetString(bytes, 0, count);
        }

        request.ShouldStartWith(first);
        request.ShouldContain(header);
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Cancel);
    }
}
