using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class EndsOfAnAttempt
{
    public static TheoryData<ExitStatus, EndReason, int?, Signal?, EventType> Ends => new()
    {
        { new ExitStatus.Code(0), EndReason.Completed, 0, null, EventType.Exited },
        { new ExitStatus.Code(7), EndReason.Completed, 7, null, EventType.Exited },
        { new ExitStatus.Code(1), EndReason.Failed, 1, null, EventType.Crashed },
        { new ExitStatus.BySignal(Signal.Kill, true), EndReason.Signaled, 137, Signal.Kill, EventType.Crashed },
        { new ExitStatus.Unknown(), EndReason.Unknown, null, null, EventType.Crashed },
        { new ExitStatus.Rebooted(), EndReason.NodeLost, null, null, EventType.Lost },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void An_end_has_its_reason_and_is_known_before_the_tree_is_empty(ExitStatus status, EndReason reason, int? code, Signal? signal, EventType told)
    {
        var life = Life.Running(Life.Spec() with { Restart = new RestartPolicy { SuccessExitCodes = [0, 7] } });
        var started = life.Now;
        life.Pass(5).Exited(status, "oops").ShouldBe(Phase.Terminating, 1, 1).ShouldTell(told).ShouldCommand(Life.End(Signal.Term));
        var result = new AttemptResult
        {
            Run = 1,
            Attempt = 1,
            OsPid = 1101,
            Reason = reason,
            ExitCode = code,
            Signal = signal,
            CoreDumped = signal is not null,
            StartedAt = started,
            EndedAt = life.Now,
            LastErrorLines = "oops",
        };
        life.Told[0].Data.Result.ShouldBe(result);
        life.State.Last.ShouldBe(result with { LastErrorLines = null });
        life.State.RunIsOver(1).ShouldBeTrue();
        life.State.Child.ShouldBeNull();
        life.WakeAt.ShouldBe(life.Now + ProcessMachine.SweepGrace);
    }

    [Fact]
    public void A_tree_that_used_up_its_memory_ended_for_that_unless_it_did_well_or_was_told_to_end()
    {
        Reason(new ExitStatus.BySignal(Signal.Kill, false)).ShouldBe(EndReason.OutOfMemory);
        Reason(new ExitStatus.Code(137)).ShouldBe(EndReason.OutOfMemory, "a shell whose child was killed");
        Reason(new ExitStatus.Code(0)).ShouldBe(EndReason.Completed);
        Reason(new ExitStatus.BySignal(Signal.Kill, false), life => life.Kill()).ShouldBe(EndReason.Killed);

        static EndReason Reason(ExitStatus status, Func<Life, Life>? before = null)
        {
            var life = Life.Running();
            return (before?.Invoke(life) ?? life).Hear(new SupervisorReport.Exited(status, life.Now, null) { OutOfMemory = true }).State.Last!.Reason;
        }
    }

    [Fact]
    public void What_an_ended_child_left_has_two_seconds()
    {
        var life = Life.Running().Exited(0).Pass(1.999).Wake().ShouldDoNothing();
        life.Pass(0.001).Wake().ShouldCommand(Life.End(Signal.Kill));
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }

    [Fact]
    public void A_stop_doesnt_lengthen_the_two_seconds_nor_rewrite_the_end()
    {
        var life = Life.Running().Exited(0).Stop();
        life.State.Goal.ShouldBe(Goal.Down);
        life.WakeAt.ShouldBe(life.Now + ProcessMachine.SweepGrace);
        life.Kill().ShouldCommand(Life.End(Signal.Kill)).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
        life.State.Last!.Reason.ShouldBe(EndReason.Completed);
    }

    [Fact]
    public void A_natural_end_without_a_restart_leaves_nothing_wanted()
    {
        var life = Life.Terminated();
        life.State.Goal.ShouldBe(Goal.Down);
        life.Recover().Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);
    }

    [Fact]
    public void A_child_that_ended_before_it_was_seen_has_an_end_all_the_same()
    {
        var life = Life.Starting(Life.Spec(RestartWhen.OnAbnormal)).Exited(new ExitStatus.Unknown());
        life.ShouldBe(Phase.BackingOff, 1, 1);
        (life.State.Last!.Reason, life.State.Last.OsPid, life.State.Last.StartedAt).ShouldBe((EndReason.Unknown, null, null));
        life.Spawned().ShouldDoNothing();
    }

    [Fact]
    public void An_unknown_end_counts_as_the_policy_says_and_stays_unknown()
    {
        var policy = new RestartPolicy { When = RestartWhen.OnFailure };
        Life.Running(Life.Spec() with { Restart = policy }).Exited(new ExitStatus.Unknown()).ShouldBe(Phase.BackingOff, 1, 1);
        var life = Life.Running(Life.Spec() with { Restart = policy with { UnknownIs = UnknownEnd.Success } }).Exited(new ExitStatus.Unknown());
        life.ShouldBe(Phase.Terminating, 1, 1).State.Last!.Reason.ShouldBe(EndReason.Unknown);
    }

    [Fact]
    public void An_exit_code_that_prevents_restarts_does()
    {
        var spec = Life.Spec() with { Restart = new RestartPolicy { When = RestartWhen.Always, PreventExitCodes = [9] } };
        Life.Running(spec).Exited(9).ShouldBe(Phase.Terminating, 1, 1);
        Life.Running(spec).Exited(8).ShouldBe(Phase.BackingOff, 1, 1);
    }

    [Fact]
    public void A_timeout_ends_the_attempt_by_the_ladder_and_the_policy_decides()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnAbnormal) with { Timeout = TimeSpan.FromSeconds(30) });
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(30));
        life.Pass(29.9).Wake().ShouldDoNothing();
        life.NextAlarm().ShouldBe(Phase.Running, 1, 1).ShouldCommand(Life.End(Signal.Term)).ShouldTell(EventType.Stopping);
        life.Info().Ready.ShouldBeFalse();
        life.NextAlarm().ShouldCommand(Life.End(Signal.Kill));
        life.Now.ShouldBe(Life.Birth + TimeSpan.FromSeconds(40));
        life.Exited(new ExitStatus.BySignal(Signal.Kill, false)).ShouldBe(Phase.BackingOff, 1, 1).ShouldTell(EventType.TimedOut, EventType.BackingOff);
        life.State.Last!.Reason.ShouldBe(EndReason.TimedOut);
        life.TreeEmpty().NextAlarm().Token().Spawned().ShouldBe(Phase.Running, 1, 2);
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_timeout_without_a_policy_is_the_end()
    {
        var life = Life.Running(Life.Spec() with { Timeout = TimeSpan.FromSeconds(1) }).NextAlarm().Exited(0).ShouldBe(Phase.Terminating, 1, 1);
        life.State.Last!.Reason.ShouldBe(EndReason.TimedOut);
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }

    [Fact]
    public void A_stop_while_a_timeout_ends_the_attempt_ends_the_run_and_is_its_reason()
    {
        var life = Life.Running(Life.Spec(RestartWhen.Always) with { Timeout = TimeSpan.FromSeconds(1) }).NextAlarm().Stop();
        life.ShouldBe(Phase.Terminating, 1, 1).Decision.Effects.ShouldBeEmpty();
        life.Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1).State.Last!.Reason.ShouldBe(EndReason.Stopped);
    }

    [Fact]
    public void Silence_is_watched_for_and_ends_the_attempt()
    {
        var limit = TimeSpan.FromSeconds(20);
        var life = Life.Running(Life.Spec(RestartWhen.OnAbnormal) with { IdleTimeout = limit }).ShouldCommand(new SupervisorCommand.WatchIdle(limit));
        life.Idle().ShouldBe(Phase.Running, 1, 1).ShouldCommand(Life.End(Signal.Term));
        life.Idle().ShouldDoNothing();
        life.Exited(0).ShouldTell(EventType.TimedOut, EventType.BackingOff).State.Last!.Reason.ShouldBe(EndReason.IdleTimedOut);
        Life.Terminating(Life.Spec() with { IdleTimeout = limit }).Idle().ShouldDoNothing();
    }
}
