using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Cli.Tests;

public sealed class LookingSpecs
{
    private static readonly HealthInfo Failing = new()
    {
        Liveness = new ProbeInfo(ProbeStatus.Unknown),
        Readiness = new ProbeInfo(ProbeStatus.Failing, InMemoryManager.Now.AddSeconds(-12), "it answered 503"),
        Stage = ServiceStage.Reloading,
        Message = "reading 7 files",
    };

    [Fact]
    public async Task The_list_has_a_row_for_each_over_all_pages()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a") with
        {
            RestartCount = 2,
            Metrics = new TreeMetrics
            {
                CpuPercent = 12.34,
                CpuSeconds = 1,
                MemoryBytes = 5 << 20,
                ReadBytes = 0,
                WrittenBytes = 0,
                Threads = 1,
                Children = 0,
                SampledAt = InMemoryManager.Now,
            },
        });
        typed.Manager.Add(InMemoryManager.Info("b", Phase.BackingOff) with
        {
            NextStartAt = InMemoryManager.Now.AddSeconds(3.2),
            Reason = EndReason.Failed,
            ExitCode = 1,
        });
        typed.Manager.Add(InMemoryManager.Info("c", Phase.Terminated) with { Reason = EndReason.Signaled, Signal = Signal.Kill, ExitCode = 137 });
        (await typed.RunAsync("ps")).ShouldBe(0);
        typed.Out.ShouldBe(
            """
            ID  PHASE            PID   UPTIME  RESTARTS  EXIT/REASON         CPU    MEM    COMMAND
            a   Running          4711  1m15s   2         -                   12.3%  5 MiB  sleep '7 days'
            b   BackingOff 3.2s  -     -       0         exit 1 (Failed)     -      -      sleep '7 days'
            c   Terminated       -     -       0         SIGKILL (Signaled)  -      -      sleep '7 days'

            """);
    }

    [Fact]
    public async Task The_list_says_who_runs_and_is_not_ready_or_not_healthy()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a") with { Ready = false, Healthy = false, Health = Failing });
        typed.Manager.Add(InMemoryManager.Info("b") with { Healthy = false, Health = Failing with { Readiness = null } });
        (await typed.RunAsync("ps")).ShouldBe(0);
        typed.Out.ShouldContain("a   Running, not ready");
        typed.Out.ShouldContain("b   Running, not healthy");
    }

    [Fact]
    public async Task An_explanation_says_which_probe_fails_since_when_and_why()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a") with { Ready = false, Healthy = false, Health = Failing });
        (await typed.RunAsync("info", "a")).ShouldBe(0);
        typed.Out.ShouldContain("runs as os pid 4711, for 1m15s now, and isn't ready");
        typed.Out.ShouldContain("liveness      isn't known yet");
        typed.Out.ShouldContain("readiness     fails, for 12s now: it answered 503");
        typed.Out.ShouldContain("says          reloading: reading 7 files");
    }

    [Fact]
    public async Task An_explanation_says_what_one_that_is_not_ready_yet_waits_for()
    {
        using var typed = new Typed();
        typed.Manager.Specs["a"] = new ProcessSpec { Id = ProcessId.Parse("a"), Command = "x", Ready = new ReadySpec { By = ReadyBy.Port, Port = 80, Timeout = TimeSpan.FromSeconds(30) } };
        typed.Manager.Add(InMemoryManager.Info("a") with { Phase = Phase.Starting, Ready = false, Healthy = false });
        (await typed.RunAsync("info", "a")).ShouldBe(0);
        typed.Out.ShouldContain("runs as os pid 4711, for 1m15s now, and isn't ready yet");
        typed.Out.ShouldContain("it is ready when port 80 takes connections, within 30s of its start");
    }

    [Fact]
    public async Task The_list_names_the_nodes_when_there_are_several()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a") with { Node = "n1" });
        typed.Manager.Add(InMemoryManager.Info("b") with { Node = "n2" });
        (await typed.RunAsync("ps")).ShouldBe(0);
        typed.Out.Split('\n')[0].ShouldStartWith("ID  NODE  PHASE");
        typed.Out.Split('\n')[2].ShouldStartWith("b   n2    Running");
        (await typed.RunAsync("ps", "-q", "--node", "n2")).ShouldBe(0);
        typed.Out.ShouldEndWith("\nb\n");
        typed.Out.ShouldNotEndWith("a\nb\n");
    }

    [Fact]
    public async Task The_nodes_are_listed_with_what_is_there()
    {
        using var typed = new Typed();
        typed.Manager.Nodes.Add(new NodeInfo
        {
            Name = "n1",
            State = NodeState.Live,
            Since = InMemoryManager.Now.AddSeconds(-75),
            Load = 3,
            Cpus = 8,
            Version = "0.2.0",
            Labels = [new("disk", "fast")],
        });
        typed.Manager.Nodes.Add(new NodeInfo { Name = "n2", State = NodeState.Away, Since = InMemoryManager.Now, Cpus = 2, Problems = ["the disk is full"] });
        (await typed.RunAsync("node", "ls")).ShouldBe(0);
        typed.Out.ShouldBe(
            """
            NODE  STATE  FOR    PROCESSES  CPUS  VERSION  ADDRESS  LABELS     PROBLEMS
            n1    Live   1m15s  3          8     0.2.0    -        disk=fast  -
            n2    Away   0s     0          2     -        -        -          the disk is full

            """);
        (await typed.RunAsync("node", "ls", "--json")).ShouldBe(0);
        typed.Out.ShouldContain("\"state\":\"Away\"");
    }

    [Fact]
    public async Task Ended_one_off_commands_are_listed_only_when_asked_for()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("declared", Phase.Terminated));
        typed.Manager.Add(InMemoryManager.Info("over", Phase.Finished) with { OneOff = true });
        (await typed.RunAsync("ps", "-q")).ShouldBe(0);
        typed.Out.ShouldBe("declared\n");
        (await typed.RunAsync("ps", "-q", "--all")).ShouldBe(0);
        typed.Out.ShouldEndWith("declared\ndeclared\nover\n");
    }

    [Fact]
    public async Task The_list_as_json_is_one_array()
    {
        using var typed = new Typed();
        (await typed.RunAsync("ps", "--json")).ShouldBe(0);
        typed.Out.ShouldBe("[]\n");
    }

    [Fact]
    public async Task Info_says_when_one_that_fails_starts_again_and_how_often_it_failed()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("w", Phase.BackingOff) with
        {
            NextStartAt = InMemoryManager.Now.AddSeconds(3.2),
            Reason = EndReason.Failed,
            ExitCode = 1,
            LastErrorLines = "no such table\n",
        });
        typed.Manager.Specs["w"] = new ProcessSpec { Command = "w", Restart = new RestartPolicy { When = RestartWhen.OnFailure } };
        typed.Manager.Runs.AddRange(Enumerable.Range(1, 3).Select(attempt => new AttemptResult
        {
            Run = 1,
            Attempt = attempt,
            Reason = EndReason.Failed,
            EndedAt = InMemoryManager.Now.AddMinutes(-attempt),
        }));
        (await typed.RunAsync("info", "w")).ShouldBe(0);
        typed.Out.ShouldContain("it exited with 1");
        typed.Out.ShouldContain("will be started again at 2026-01-02T03:04:08.200Z, in 3.2s, failure 3 of 5 in 10m");
        typed.Out.ShouldContain("| no such table");
    }

    [Fact]
    public async Task A_node_can_be_forgotten()
    {
        using var typed = new Typed();
        typed.Manager.Nodes.Add(new NodeInfo { Name = "n2", State = NodeState.Away, Since = InMemoryManager.Now, Cpus = 2 });
        (await typed.RunAsync("node", "rm", "n2")).ShouldBe(0);
        typed.Out.ShouldContain("n2  removed");
        typed.Manager.Nodes.ShouldBeEmpty();
        (await typed.RunAsync("node", "rm", "n2")).ShouldBe(3);
    }

    [Fact]
    public async Task Info_says_which_node_it_is_on()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("w", Phase.Running) with { Node = "n2" });
        (await typed.RunAsync("info", "w")).ShouldBe(0);
        typed.Out.ShouldContain("  node          n2\n");
    }

    [Fact]
    public async Task Info_says_why_a_start_failed_and_what_helps()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("w", Phase.Terminated) with
        {
            Reason = EndReason.StartFailed,
            LastError = new ErrorInfo(ErrorCode.CommandNotFound, "There is no command \"w\" in PATH."),
        });
        (await typed.RunAsync("info", "w")).ShouldBe(0);
        typed.Out.ShouldContain("it could not be started: There is no command \"w\" in PATH. (CommandNotFound)");
        typed.Out.ShouldContain("stays down until `procman start w`");
    }

    [Fact]
    public async Task Logs_of_one_come_as_they_were_written()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        typed.Manager.Log("a", "one\ntw");
        typed.Manager.Log("a", "oops\n", LogStream.Stderr);
        typed.Manager.Log("a", "o");
        (await typed.RunAsync("logs", "a", "--tail", "5", "--since", "10m", "--grep", "x", "-f")).ShouldBe(0);
        typed.Out.ShouldBe("one\ntwoops\no");
        typed.Manager.LogQuery.ShouldBe(new LogQuery { Tail = 5, Since = typed.Manager.LogQuery!.Since, Grep = "x", Follow = true });
        typed.Manager.LogQuery.Since.ShouldNotBeNull();
    }

    [Fact]
    public async Task Logs_of_several_are_whole_lines_with_their_ids()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        typed.Manager.Add(InMemoryManager.Info("bb"));
        typed.Manager.Log("a", "one\ntw");
        typed.Manager.Log("a", "o");
        typed.Manager.Log("bb", "three\n");
        (await typed.RunAsync("logs", "a", "bb", "nobody")).ShouldBe(3);
        typed.Out.ShouldBe("a  | one\na  | two\nbb | three\n");
    }

    [Fact]
    public async Task Logs_as_json_are_a_document_a_line()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("a"));
        typed.Manager.Log("a", "one\ntwo\n");
        (await typed.RunAsync("logs", "a", "--json")).ShouldBe(0);
        typed.Out.ShouldEndWith("""{"id":"a","time":"2026-01-02T03:04:05.000Z","stream":"stdout","offset":4,"text":"two"}""" + "\n");
    }

    [Fact]
    public async Task Events_are_all_that_is_kept_or_what_happens_from_now_on()
    {
        using var typed = new Typed();
        typed.Manager.Events.Add(new ProcessEvent
        {
            Cursor = "7",
            Time = InMemoryManager.Now,
            Type = EventType.Crashed,
            Id = ProcessId.Parse("a"),
            Run = 1,
            Attempt = 2,
            Data = new EventData
            {
                WillRestart = true,
                RestartCount = 2,
                MaxRestarts = 5,
                Result = new AttemptResult { Run = 1, Attempt = 2, Reason = EndReason.Failed, ExitCode = 3, EndedAt = InMemoryManager.Now },
            },
        });
        (await typed.RunAsync("events", "a")).ShouldBe(0);
        typed.Out.ShouldBe("2026-01-02T03:04:05.000Z  a  Crashed  run 1.2  exit 3 (Failed)  restart 2 of 5\n");
        typed.Manager.EventQuery.ShouldBe(new EventQuery { Ids = [ProcessId.Parse("a")], After = "", Follow = false });
        (await typed.RunAsync("events", "--after", "7", "--type", "crashed", "--json")).ShouldBe(0);
        typed.Manager.EventQuery.ShouldBe(new EventQuery { Types = [EventType.Crashed], After = "7", Follow = false });
        JsonDocument.Parse(typed.Out.Split('\n')[1]).RootElement.GetProperty("cursor").GetString().ShouldBe("7");
    }

    [Fact]
    public async Task Ids_are_completed_from_the_running_manager()
    {
        using var typed = new Typed();
        typed.Manager.Add(InMemoryManager.Info("shop.api"));
        typed.Manager.Add(InMemoryManager.Info("yard"));
        (await typed.RunAsync("[suggest:14]", "procman stop s")).ShouldBe(0);
        typed.Out.Split('\n').ShouldContain("shop.api");
        typed.Out.ShouldNotContain("yard");
    }
}
