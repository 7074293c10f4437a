using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class JsonForm
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 5, 4, 5, 678, TimeSpan.FromHours(2));

    private static readonly ProcessInfo Info = new()
    {
        Id = ProcessId.Parse("api"),
        Name = "api",
        Command = "node",
        Args = ["server.js"],
        Labels = [new("tier", "web")],
        Goal = Goal.Up,
        Phase = Phase.BackingOff,
        CreatedAt = Now,
        Uptime = TimeSpan.FromSeconds(1.5),
        Signal = Signal.Kill,
        Reason = EndReason.Signaled,
        LastError = new ErrorInfo(ErrorCode.StartFailed, "no"),
        Version = 3,
    };

    [Fact]
    public void An_info_is_in_camel_case_with_nulls_UTC_times_and_spelled_enums()
    {
        var json = Write(Info);
        json.ShouldContain("\"goal\":\"Up\"");
        json.ShouldContain("\"phase\":\"BackingOff\"");
        json.ShouldContain("\"createdAt\":\"2026-01-02T03:04:05.678Z\"");
        json.ShouldContain("\"uptime\":\"1.5s\"");
        json.ShouldContain("\"signal\":\"SIGKILL\"");
        json.ShouldContain("\"osPid\":null");
        json.ShouldContain("\"lastError\":{\"code\":\"StartFailed\",\"message\":\"no\"}");
    }

    [Fact]
    public void Records_are_read_back_equal()
    {
        Same(Info);
        Same(new AttemptResult { Run = 1, Attempt = 2, Reason = EndReason.Completed, ExitCode = 0, EndedAt = Now });
        Same(new ProcessEvent { Cursor = "n:4", Time = Now, Type = EventType.Crashed, Id = Info.Id, Data = new EventData { WillRestart = true, MaxRestarts = 5 } });
        Same(new UpdatePlan(UpdateEffect.InPlace, ["labels"]));
        Same(new SyncOutcome([Info.Id], []));
        Same(new ManagerHealth { Ready = true, Total = 1, Running = 1, Terminating = 0, Failed = 0, QueueDepth = 0, Version = "0.1" });
        Same(new OsStatus { State = OsState.DiskSleep, Uids = [0, 0, 0, 0] });
        Same(new TreeMetrics { CpuPercent = 1.5, CpuSeconds = 2, MemoryBytes = 1, ReadBytes = 0, WrittenBytes = 0, Threads = 1, Children = 0, SampledAt = Now });
        Same(new ProcessResult { Id = Info.Id, Reason = EndReason.Completed, Output = "<ü>", ErrorOutput = "", Attempts = 1, EndedAt = Now, CommandLine = "x" });
        Same(new SyncScope { Group = "g", Known = [Info.Id] });
        Same(new StopSpec { Grace = TimeSpan.Zero, KillMode = KillMode.Process });
        Same(new RestartPolicy { Max = null, Window = null, When = RestartWhen.OnFailure });
        Same<ExitStatus>(new ExitStatus.BySignal(Signal.Kill, CoreDumped: true));
        Same<SupervisorCommand>(new SupervisorCommand.EndTree(Signal.Term, KillMode.Tree));
        Same<SupervisorReport>(new SupervisorReport.Exited(new ExitStatus.Code(3), Now, null));
        Same<SupervisorReport>(new SupervisorReport.OutputTruncated(LogStream.Stderr, 7, Now));
        Same(new RunOutput("<ü>", "", Truncated: true));
        Same(new ProcessState
        {
            Id = Info.Id,
            CreatedAt = Now,
            Phase = Phase.Terminating,
            Epoch = new Epoch(1, 2),
            PurgeAt = Now,
            LeftBehind = [3],
            Child = new LiveChild(new ChildIdentity("boot", 12, 34), Now),
            Ladder = new Ladder(EndReason.Stopped, LadderStep.Signal, Now, KillMode.Tree, MainEnded: false),
            Restarts = new RestartRecord { Count = 1, Recent = [Now] },
            Node = "n1",
            AwaySince = Now,
            NextPlacement = new Placement.On("n2"),
            FormerNodes = ["n3"],
            BlockedBy = new Blocker.Node("none is live"),
        });
        Same(new ProcessState { Id = Info.Id, CreatedAt = Now, Phase = Phase.Waiting, BlockedBy = new Blocker.StartToken() });
        Same(new ProcessState
        {
            Id = Info.Id,
            CreatedAt = Now,
            Phase = Phase.Waiting,
            BlockedBy = new Blocker.Dependencies([new UnmetDependency(new Dependency(Info.Id) { ExitCodes = [3] }, "which is not started")], Now),
        });
        Same(new LogQuery { Run = 3, Follow = true });
        Same(new NodeInfo { Name = "n1", State = NodeState.Leaving, Since = Now, Labels = [new("disk", "fast")], Cpus = 2, Problems = ["full"] });
        Read<Page<ProcessInfo>>(Write(new Page<ProcessInfo>([Info], "api")))!.Items.ShouldBe([Info]);
    }

    [Fact]
    public void What_a_process_waits_for_is_also_read_where_it_was_written_as_text()
    {
        Waiting("\"no node is live\"").ShouldBe(new Blocker.Node("no node is live"));
        Waiting("null").ShouldBeNull();

        static Blocker? Waiting(string written) => Read<ProcessState>(
            $$"""{"id": "api", "createdAt": "2026-01-02T03:04:05.678Z", "phase": "Waiting", "blockedBy": {{written}}}""")!.BlockedBy;
    }

    [Fact]
    public void What_is_absent_keeps_its_default_and_what_is_unknown_is_ignored()
    {
        var status = Read<OsStatus>("{\"state\":\"running\",\"colour\":\"blue\"}");
        status.ShouldBe(new OsStatus { State = OsState.Running });
        Read<RestartPolicy>("{}").ShouldBe(new RestartPolicy());
    }

    [Fact]
    public void A_type_may_stand_anywhere_in_its_object() =>
        Read<ExitStatus>("{\"value\":3,\"$type\":\"code\"}").ShouldBe(new ExitStatus.Code(3));

    [Fact]
    public void Enums_are_read_case_insensitively()
    {
        Read<RestartWhen>("\"ONfailure\"").ShouldBe(RestartWhen.OnFailure);
        Read<Phase>("\"running\"").ShouldBe(Phase.Running);
        Should.Throw<JsonException>(() => Read<Phase>("\"Jumping\"")).Message.ShouldContain("Running");
        Should.Throw<JsonException>(() => Read<Phase>("3"));
    }

    [Fact]
    public void Enums_are_spelled_as_documented()
    {
        Spelling.Names<RestartWhen>().ShouldBe(["never", "onAbnormal", "onFailure", "always"]);
        Spelling.Names<StdinMode>().ShouldBe(["none", "text", "file", "pipe"]);
        Spelling.Names<OutputMode>().ShouldBe(["split", "merged", "discard", "pipe", "terminal"]);
        Spelling.Names<KillMode>().ShouldBe(["tree", "process"]);
        Spelling.Names<WaitFor>().ShouldBe(["terminated", "ready", "finished"]);
        Spelling.Names<OnNodeLost>().ShouldBe(["wait", "fail"]);
        Spelling.Names<NodeState>().ShouldBe(["Joining", "Live", "Leaving", "Away"]);
        Spelling.Names<LogStream>().ShouldBe(["stdout", "stderr"]);
        Spelling.Names<Lifetime>().ShouldBe(["Keep", "WithManager"]);
        Spelling.Names<Goal>().ShouldBe(["Down", "Up", "Gone"]);
        Spelling.Names<OsState>().ShouldBe(
            ["Initial", "running", "sleeping", "diskSleep", "stopped", "tracingStop", "zombie", "idle", "Terminated", "Unavailable"]);
    }

    [Theory]
    [InlineData("hello ü\n", "text")]
    [InlineData("\u00ff", "bytes")]
    public void A_chunk_of_output_keeps_every_byte(string content, string field)
    {
        var bytes = field == "text" ? Encoding.UTF8.GetBytes(content) : Encoding.Latin1.GetBytes(content);
        var json = Write(new LogChunk(LogStream.Stderr, 7, Now, bytes));
        json.ShouldContain($"\"{field}\":");
        json.ShouldStartWith("{\"time\":\"2026-01-02T03:04:05.678Z\",\"stream\":\"stderr\",\"offset\":7,");
        Read<LogChunk>(json).Bytes.ToArray().ShouldBe(bytes);
    }

    private static void Same<T>(T value) => Read<T>(Write(value)).ShouldBe(value);

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, ProcessManagerJson.Options);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, ProcessManagerJson.Options)!;
}
