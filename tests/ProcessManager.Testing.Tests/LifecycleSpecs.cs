using Shouldly;
using Xunit;

namespace ProcessManager.Testing.Tests;

/// <summary>Time passes only when the test says so, and the phases are those of the real rules.</summary>
public sealed class LifecycleSpecs : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeProcessManager _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public async Task Lines_come_at_their_times()
    {
        _processes.On("build").Does(FakeChild.That.Prints("compiling").Waits(Second * 30).Prints("linking").Waits(Second * 5).Exits(0));
        var running = _processes.RunAsync(new ProcessSpec { Id = ProcessId.Parse("b"), Command = "build" });
        var id = ProcessId.Parse("b");

        _processes.OutputOf(id).ShouldBe("compiling\n");
        _processes.Clock.Advance(Second * 30);
        _processes.OutputOf(id).ShouldBe("compiling\nlinking\n");
        running.IsCompleted.ShouldBeFalse();
        _processes.Clock.Advance(Second * 5);

        var result = await running;
        (result.EndedAt - result.StartedAt).ShouldBe(Second * 35);
        (await Times(id)).ShouldBe([0, 30]);
    }

    [Fact]
    public async Task A_crash_is_followed_by_the_policy_s_restarts_with_growing_delays()
    {
        _processes.On("server").Does(FakeChild.That.Exits(1));
        var info = await _processes.CreateAsync(new ProcessSpec
        {
            Command = "server",
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 2, Delay = Second, Factor = 10, Jitter = 0 },
        });

        info.Phase.ShouldBe(Phase.BackingOff);
        (info.NextStartAt - _processes.Clock.GetUtcNow()).ShouldBe(Second);
        _processes.Clock.Advance(Second);
        (await _processes.GetAsync(info.Id)).ShouldSatisfyAllConditions(
            now => now.Attempt.ShouldBe(2),
            now => (now.NextStartAt - _processes.Clock.GetUtcNow()).ShouldBe(Second * 10));
        _processes.Clock.Advance(Second * 10);

        var down = await _processes.WaitAsync(info.Id);
        (down.Attempt, down.RestartCount, down.Reason).ShouldBe((3, 2, EndReason.Failed));
        _processes.AssertRanTimes("server", 3);
    }

    [Fact]
    public async Task One_advance_passes_through_all_that_lies_within_it()
    {
        _processes.On("server").Does(FakeChild.That.Waits(Second).Exits(1));
        var info = await _processes.CreateAsync(new ProcessSpec
        {
            Command = "server",
            Restart = new RestartPolicy { When = RestartWhen.Always, Max = null, Delay = Second, Factor = 1, Jitter = 0 },
        });

        _processes.Clock.Advance(TimeSpan.FromHours(1));

        (await _processes.GetAsync(info.Id)).RestartCount.ShouldBe(1800);
    }

    [Fact]
    public async Task A_stop_is_the_ladder_and_a_stubborn_one_is_killed_after_the_grace()
    {
        _processes.On("server").Does(FakeChild.That.Ignores(Signal.Term).Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });

        await _processes.StopAsync(info.Id, new StopOptions { Grace = Second * 3 });
        (await _processes.GetAsync(info.Id)).Phase.ShouldBe(Phase.Terminating);
        _processes.Clock.Advance(Second * 3);

        var down = await _processes.WaitAsync(info.Id);
        (down.Reason, down.Signal).ShouldBe((EndReason.Stopped, Signal.Kill));
    }

    [Fact]
    public async Task A_signal_can_be_caught_and_what_follows_takes_its_time()
    {
        _processes.On("server").Does(FakeChild.That.On(Signal.Term, FakeChild.That.Prints("bye").Waits(Second).Exits(5)).Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });

        var stop = _processes.StopAsync(info.Id, new StopOptions { Wait = true });
        _processes.Clock.Advance(Second);

        (await stop).ShouldSatisfyAllConditions(down => down.ExitCode.ShouldBe(5), down => down.Reason.ShouldBe(EndReason.Stopped));
        _processes.OutputOf(info.Id).ShouldBe("bye\n");
    }

    [Fact]
    public async Task Somebody_else_s_kill_is_a_crash()
    {
        _processes.On("server").Does(FakeChild.That.Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });

        _processes.Signal(info.Id, Signal.Kill);

        (await _processes.WaitAsync(info.Id)).Reason.ShouldBe(EndReason.Signaled);
    }

    [Fact]
    public async Task A_test_can_hold_a_child_where_it_is()
    {
        var gate = new TaskCompletionSource();
        _processes.On("migrate").Does(FakeChild.That.Prints("half").WaitsFor(gate.Task).Prints("whole"));
        var running = _processes.RunAsync(new ProcessSpec { Command = "migrate" });
        running.IsCompleted.ShouldBeFalse();

        gate.SetResult();

        (await running).Output.ShouldBe("half\nwhole\n");
    }

    [Fact]
    public async Task A_timeout_throws_with_what_was_written_until_then()
    {
        _processes.On("slow").Does(FakeChild.That.Prints("partial").Stays());
        var running = _processes.RunAsync(new ProcessSpec { Command = "slow", Timeout = Second * 60 });

        _processes.Clock.Advance(Second * 60);

        var error = await Should.ThrowAsync<CommandException>(() => running);
        (error.Code, error.Result.Output).ShouldBe((ErrorCode.TimedOut, "partial\n"));
    }

    [Fact]
    public async Task One_that_writes_nothing_for_too_long_is_ended()
    {
        _processes.On("quiet").Does(FakeChild.That.Waits(Second * 8).Prints("one").Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "quiet", IdleTimeout = Second * 10 });

        _processes.Clock.Advance(Second * 17);
        (await _processes.GetAsync(info.Id)).Phase.ShouldBe(Phase.Running);
        _processes.Clock.Advance(Second);

        (await _processes.WaitAsync(info.Id)).Reason.ShouldBe(EndReason.IdleTimedOut);
    }

    [Fact]
    public async Task A_wait_s_timeout_is_by_the_clock_of_the_test_too()
    {
        _processes.On("server").Does(FakeChild.That.Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });
        var wait = _processes.WaitAsync(info.Id, new WaitOptions { Timeout = Second });

        _processes.Clock.Advance(Second);

        (await Should.ThrowAsync<ProcessManagerException>(() => wait)).Code.ShouldBe(ErrorCode.DeadlineExceeded);
    }

    [Fact]
    public async Task Suspended_it_does_nothing_until_it_is_resumed()
    {
        _processes.On("server").Does(FakeChild.That.Waits(Second).Prints("tick").Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });

        await _processes.SuspendAsync(info.Id);
        (await _processes.GetStatusAsync(info.Id)).State.ShouldBe(OsState.Stopped);
        _processes.Clock.Advance(Second * 2);
        _processes.OutputOf(info.Id).ShouldBeEmpty();
        await _processes.ResumeAsync(info.Id);

        _processes.OutputOf(info.Id).ShouldBe("tick\n");
    }

    [Fact]
    public async Task Its_metrics_are_what_was_said_and_retention_is_by_the_clock()
    {
        _processes.On("server").Does(FakeChild.That.Uses(cpuPercent: 50, memoryBytes: 1 << 30).Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server" });
        _processes.Clock.Advance(Second * 10);
        var result = await _processes.RunAsync(new ProcessSpec { Command = "once", Retention = TimeSpan.FromHours(1) });

        (await _processes.GetMetricsAsync(info.Id)).ShouldSatisfyAllConditions(
            used => used.CpuSeconds.ShouldBe(5), used => used.MemoryBytes.ShouldBe(1 << 30));
        _processes.Clock.Advance(TimeSpan.FromHours(1));
        (await Should.ThrowAsync<ProcessManagerException>(() => _processes.GetAsync(result.Id))).Code.ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Probes_pass_unless_the_description_says_otherwise()
    {
        _processes.On("server").Does(FakeChild.That.Stays());
        _processes.On("slow").Does(FakeChild.That.NotReadyYet().Waits(Second * 5).Healthy().Waits(Second).Unhealthy(ProbeKind.Readiness, "503").Stays());

        (await _processes.CreateAsync(Probed("server"))).ShouldSatisfyAllConditions(info => info.Ready.ShouldBeTrue(), info => info.Healthy.ShouldBeTrue());
        var slow = await _processes.CreateAsync(Probed("slow"));
        (slow.Phase, slow.Ready).ShouldBe((Phase.Starting, false));
        _processes.Clock.Advance(Second * 5);
        (await _processes.GetAsync(slow.Id)).Ready.ShouldBeTrue();
        _processes.Clock.Advance(Second);
        (await _processes.GetAsync(slow.Id)).ShouldSatisfyAllConditions(
            info => info.Phase.ShouldBe(Phase.Running), info => info.Healthy.ShouldBeFalse(), info => info.Health!.Readiness!.LastError.ShouldBe("503"));
    }

    [Fact]
    public async Task A_liveness_probe_that_fails_ends_the_attempt()
    {
        _processes.On("server").DoesInTurn(FakeChild.That.Waits(Second).Unhealthy(ProbeKind.Liveness).Stays(), FakeChild.That.Stays());
        var info = await _processes.CreateAsync(new ProcessSpec
        {
            Command = "server",
            Health = new HealthSpec { Liveness = new ProbeSpec { Target = new ProbeTarget.Tcp(80) } },
            Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Delay = Second, Jitter = 0 },
        });

        _processes.Clock.Advance(Second * 2);

        (await _processes.GetAsync(info.Id)).ShouldSatisfyAllConditions(
            now => now.Attempt.ShouldBe(2), now => now.Phase.ShouldBe(Phase.Running), now => now.Reason.ShouldBe(EndReason.Unhealthy));
    }

    [Theory]
    [InlineData(ReadyBy.LogLine)]
    [InlineData(ReadyBy.Port)]
    [InlineData(ReadyBy.Notify)]
    public async Task Readiness_is_waited_for_however_it_is_told(ReadyBy by)
    {
        _processes.On("server").Does(FakeChild.That.NotReadyYet().Prints("loading").Waits(Second).Prints("listening on 80").Healthy().Stays());
        var info = await _processes.CreateAsync(new ProcessSpec
        {
            Command = "server",
            Ready = new ReadySpec { By = by, LogLine = by == ReadyBy.LogLine ? "^listening" : null, Port = by == ReadyBy.Port ? 80 : null },
        });
        info.Phase.ShouldBe(Phase.Starting);
        var ready = _processes.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready });

        _processes.Clock.Advance(Second);

        (await ready).Phase.ShouldBe(Phase.Running);
    }

    [Fact]
    public async Task One_that_is_not_ready_in_time_ends()
    {
        _processes.On("server").Does(FakeChild.That.NotReadyYet().Stays());
        var info = await _processes.CreateAsync(new ProcessSpec { Command = "server", Ready = new ReadySpec { By = ReadyBy.Notify, Timeout = Second } });

        _processes.Clock.Advance(Second);

        (await _processes.WaitAsync(info.Id)).Reason.ShouldBe(EndReason.Unhealthy);
    }

    private static ProcessSpec Probed(string command) => new()
    {
        Command = command,
        Health = new HealthSpec { Readiness = new ProbeSpec { Target = new ProbeTarget.Http("http://localhost:80/health") } },
    };

    private async Task<List<double>> Times(ProcessId id)
    {
        var times = new List<double>();
        await foreach (var chunk in _processes.ReadLogsAsync(id, new LogQuery()))
        {
            times.Add((chunk.Time - new FakeClock().GetUtcNow()).TotalSeconds);
        }

        return times;
    }
}
