using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class StoppingAProcess
{
    private static readonly ProcessSpec WithCommand = Life.Spec() with { Stop = new StopSpec { Command = "drain", Signal = Signal.Int } };

    [Fact]
    public void A_stop_signals_the_tree_and_knows_when_to_kill()
    {
        var life = Life.Running().Stop();
        life.ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term)).ShouldTell(EventType.Stopping);
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(10));
        life.State.Goal.ShouldBe(Goal.Down);
        life.State.RunIsOver(1).ShouldBeFalse();
    }

    [Fact]
    public void A_child_that_ends_in_time_was_stopped_and_what_it_left_has_the_rest_of_the_grace()
    {
        var life = Life.Running().Stop();
        var killAt = life.WakeAt;
        life.Pass(1).Exited(new ExitStatus.BySignal(Signal.Term, false)).ShouldBe(Phase.Terminating, 1, 1);
        life.ShouldCommand(Life.End(Signal.Term)).ShouldTell(EventType.Stopped);
        life.WakeAt.ShouldBe(killAt);
        life.State.RunIsOver(1).ShouldBeTrue();
        life.State.RunIsTerminated(1).ShouldBeFalse();
        life.State.Last!.Reason.ShouldBe(EndReason.Stopped);
        life.State.Last.ExitCode.ShouldBe(143);
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1).ShouldTell(EventType.Terminated);
        life.Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);
        life.State.RunIsTerminated(1).ShouldBeTrue();
        life.CleanedUp().ShouldBe(Phase.Finished, 1, 1).ShouldTell(EventType.Finished);
    }

    [Fact]
    public void What_is_left_after_the_grace_is_killed_and_was_stopped_all_the_same()
    {
        var life = Life.Running().Stop().Pass(9.999).Wake().ShouldDoNothing();
        life.Pass(0.001).Wake().ShouldCommand(Life.End(Signal.Kill));
        life.WakeAt.ShouldBeNull();
        life.Exited(new ExitStatus.BySignal(Signal.Kill, false)).ShouldCommand(Life.End(Signal.Kill));
        (life.State.Last!.Reason, life.State.Last.Signal, life.State.Last.ExitCode).ShouldBe((EndReason.Stopped, Signal.Kill, 137));
    }

    [Fact]
    public void A_grace_of_zero_kills_at_once() => Life.Running().Stop(0).ShouldCommand(Life.End(Signal.Kill)).WakeAt.ShouldBeNull();

    [Fact]
    public void A_grace_longer_than_the_calendar_is_no_overflow()
    {
        Life.Running().Stop(TimeSpan.MaxValue).ShouldCommand(Life.End(Signal.Term)).WakeAt.ShouldBe(DateTimeOffset.MaxValue);
        Life.Running(Life.Spec() with { Timeout = TimeSpan.MaxValue, Retention = TimeSpan.MaxValue }).Exited(0).TreeEmpty().CleanedUp()
            .WakeAt.ShouldBe(DateTimeOffset.MaxValue);
    }

    [Fact]
    public void Of_two_graces_the_least_wins()
    {
        var life = Life.Running().Stop(60).Stop(5).ShouldTell();
        life.Decision.Effects.ShouldBeEmpty();
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(5));
        life.Stop(30).ShouldDoNothing();
        life.Pass(1).Stop(4).ShouldDoNothing();
        life.Stop(0).ShouldCommand(Life.End(Signal.Kill));
        life.Stop(30).ShouldDoNothing();
    }

    [Fact]
    public void A_kill_ends_the_tree_at_once_and_is_no_stop()
    {
        var life = Life.Running().Kill().ShouldCommand(Life.End(Signal.Kill)).ShouldTell(EventType.Stopping);
        life.Exited(new ExitStatus.BySignal(Signal.Kill, false)).ShouldTell(EventType.Killed);
        life.State.Last!.Reason.ShouldBe(EndReason.Killed);
    }

    [Fact]
    public void A_kill_while_a_stop_waits_overtakes_it_and_stays_one()
    {
        var life = Life.Running().Stop().Kill().ShouldCommand(Life.End(Signal.Kill));
        life.Stop().ShouldDoNothing();
        life.Kill().ShouldDoNothing();
        life.Exited(new ExitStatus.BySignal(Signal.Kill, false)).State.Last!.Reason.ShouldBe(EndReason.Killed);
    }

    [Fact]
    public void A_kill_takes_the_whole_tree_whatever_the_kill_mode()
    {
        var spec = Life.Spec() with { Stop = new StopSpec { KillMode = KillMode.Process } };
        Life.Running(spec).Kill().ShouldCommand(Life.End(Signal.Kill));
        Life.Running(spec).Stop().ShouldCommand(Life.End(Signal.Term, KillMode.Process)).Kill().ShouldCommand(Life.End(Signal.Kill));
        Life.Running(spec).Stop(0).ShouldCommand(Life.End(Signal.Kill, KillMode.Process)).Kill().ShouldCommand(Life.End(Signal.Kill));
        Life.Running(spec).Exited(0).Kill().ShouldCommand(Life.End(Signal.Kill));
    }

    [Fact]
    public void A_stop_command_runs_before_the_signal_and_the_kill()
    {
        var life = Life.Running(WithCommand).Stop();
        life.ShouldCommand(new SupervisorCommand.RunStopCommand(WithCommand, "drain", TimeSpan.FromSeconds(10)));
        life.Pass(3).StopCommandEnded().ShouldCommand(Life.End(Signal.Int));
        life.StopCommandEnded().ShouldDoNothing();
        life.Pass(7).Wake().ShouldCommand(Life.End(Signal.Kill));
    }

    [Fact]
    public void A_stop_command_that_hangs_is_followed_by_the_kill_and_its_late_end_by_nothing()
    {
        var life = Life.Running(WithCommand).Stop().NextAlarm().ShouldCommand(Life.End(Signal.Kill));
        life.StopCommandEnded().ShouldDoNothing();
    }

    [Fact]
    public void What_is_left_when_the_stop_command_ended_the_child_is_swept_with_TERM()
    {
        var life = Life.Running(WithCommand).Stop().Exited(0).ShouldCommand(Life.End(Signal.Term));
        life.State.Last!.Reason.ShouldBe(EndReason.Stopped);
        life.StopCommandEnded().ShouldDoNothing();
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }

    [Fact]
    public void A_kill_or_no_grace_runs_no_stop_command()
    {
        Life.Running(WithCommand).Kill().ShouldCommand(Life.End(Signal.Kill));
        Life.Running(WithCommand).Stop(0).ShouldCommand(Life.End(Signal.Kill));
        Life.Running(WithCommand).Stop().Stop(0).ShouldCommand(Life.End(Signal.Kill));
    }

    [Fact]
    public void A_stop_before_the_child_was_seen_signals_without_its_command()
    {
        var life = Life.Starting(WithCommand).Stop().ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Int));
        life.Spawned().ShouldBe(Phase.Terminating, 1, 1).ShouldTell(EventType.Started);
        life.Decision.Effects.ShouldBeEmpty();
        life.Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
        life.Events.ShouldNotContain(told => told.Type == EventType.Ready);
    }

    [Fact]
    public void A_run_stopped_before_its_child_came_to_be_is_terminated_without_a_signal()
    {
        var life = Life.Starting().Stop().NeverRan().ShouldBe(Phase.Terminated, 1, 1);
        life.Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);
    }

    [Fact]
    public void A_spawn_that_fails_after_the_stop_ends_the_run_whatever_the_policy() =>
        Life.Starting(Life.Spec(RestartWhen.Always)).Stop().StartFailed(ErrorCode.StartFailed, transient: true)
            .ShouldBe(Phase.Terminated, 1, 1).ShouldTell(EventType.StartFailed, EventType.Terminated);

    [Theory]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.BackingOff)]
    public void A_stop_of_what_has_no_child_terminates_it_at_once(Phase phase)
    {
        foreach (var order in new ProcessOrder[] { new ProcessOrder.Stop(null), new ProcessOrder.Kill() })
        {
            var life = Life.In(phase).Take(order);
            life.State.Phase.ShouldBe(Phase.Terminated);
            life.State.Goal.ShouldBe(Goal.Down);
            life.Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(life.State.Epoch)]);
            life.Token().ShouldDoNothing();
            life.Pass(3600).Wake().ShouldDoNothing();
        }
    }

    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void A_stop_of_what_is_down_changes_nothing(Phase phase)
    {
        Life.In(phase).Stop().ShouldDoNothing();
        Life.In(phase).Kill().ShouldDoNothing();
    }

    [Fact]
    public void A_stop_while_leftovers_are_swept_before_a_restart_ends_the_run()
    {
        var life = Life.Running(Life.Spec(RestartWhen.Always)).Exited(1).ShouldBe(Phase.BackingOff, 1, 1);
        life.Stop().ShouldBe(Phase.Terminating, 1, 1);
        life.State.NextStartAt.ShouldBeNull();
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
        life.State.Last!.Reason.ShouldBe(EndReason.Failed);
        Life.Running(Life.Spec(RestartWhen.Always)).Exited(1).Kill().ShouldCommand(Life.End(Signal.Kill));
    }

    [Theory]
    [InlineData(RestartWhen.OnAbnormal)]
    [InlineData(RestartWhen.OnFailure)]
    [InlineData(RestartWhen.Always)]
    public void An_intended_end_is_never_followed_by_a_restart(RestartWhen when)
    {
        Life.Running(Life.Spec(when)).Stop().Exited(1).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
        Life.Running(Life.Spec(when)).Kill().Exited(new ExitStatus.BySignal(Signal.Kill, false)).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }
}
