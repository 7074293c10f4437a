using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>What a process does when its host was away.</summary>
public class RecoveringAProcess
{
    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.BackingOff)]
    [InlineData(Phase.Finished)]
    public void What_only_an_alarm_or_an_order_moves_does_nothing(Phase phase) => Life.In(phase).Recover().ShouldDoNothing();

    [Fact]
    public void What_waited_for_a_token_asks_again() =>
        Life.Waiting().Recover().Decision.Effects.ShouldBe([new ProcessEffect.TakeStartToken(new Epoch(1, 2))]);

    [Fact]
    public void What_was_terminated_is_cleaned_up() =>
        Life.Terminated().Recover().Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);

    [Fact]
    public void A_start_whose_outcome_is_unknown_is_asked_about_and_never_guessed()
    {
        var life = Life.Starting().Recover().ShouldCommand(new SupervisorCommand.Adopt(Life.Spec(), null));
        life.NeverRan().ShouldBe(Phase.Starting, 1, 1).ShouldCommand(new SupervisorCommand.Spawn(Life.Spec(), Respawns: 1));
        Life.Starting().Recover().Spawned(adopted: true).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Adopted, EventType.Ready);
        Life.Starting(Life.Spec(RestartWhen.OnAbnormal)).Recover().Exited(new ExitStatus.Unknown()).ShouldBe(Phase.BackingOff, 1, 1);
    }

    /// <summary>It was asked about twice; the first answer led to a start, whose child lives when the second one is heard.</summary>
    [Fact]
    public void That_it_never_ran_isnt_believed_once_it_was_started_after_all()
    {
        var stopped = Life.Starting().Recover().NeverRan().Stop();
        var late = new SupervisorReport.NeverRan(Respawns: 0);
        stopped.Hear(late).ShouldDoNothing();
        stopped.Spawned().ShouldBe(Phase.Terminating, 1, 1).Hear(late).ShouldDoNothing();
    }

    [Fact]
    public void A_child_that_still_runs_is_adopted_with_its_clocks()
    {
        var spec = Life.Spec() with { Timeout = TimeSpan.FromSeconds(100), IdleTimeout = TimeSpan.FromSeconds(9) };
        var life = Life.Running(spec);
        var child = life.State.Child;
        life.Pass(60).Recover().ShouldCommand(new SupervisorCommand.Adopt(spec, child!.Identity));
        life.Spawned(adopted: true).ShouldTell(EventType.Adopted).ShouldCommand(new SupervisorCommand.WatchIdle(TimeSpan.FromSeconds(9)));
        life.State.Child.ShouldBe(child);
        life.WakeAt.ShouldBe(Life.Birth + TimeSpan.FromSeconds(100));
    }

    [Fact]
    public void A_child_that_ended_unseen_has_an_unknown_end_and_the_policy_decides()
    {
        Life.Running(Life.Spec(RestartWhen.OnAbnormal)).Recover().Exited(new ExitStatus.Unknown()).ShouldBe(Phase.BackingOff, 1, 1);
        Life.Running().Recover().Exited(new ExitStatus.Rebooted()).ShouldBe(Phase.Terminating, 1, 1).State.Last!.Reason.ShouldBe(EndReason.NodeLost);
        Life.Running().Recover().NeverRan().ShouldBe(Phase.Terminating, 1, 1).State.Last!.Reason.ShouldBe(EndReason.Unknown);
    }

    [Fact]
    public void A_stop_goes_on_where_it_was()
    {
        var life = Life.Terminating().Recover();
        life.ShouldCommand(new SupervisorCommand.Adopt(Life.Spec(), Life.Child(new Epoch(1, 1))));
        life.Spawned(adopted: true).ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term)).ShouldTell(EventType.Adopted);
        life.Pass(10).Wake().ShouldCommand(Life.End(Signal.Kill)).Recover().Spawned(adopted: true).ShouldCommand(Life.End(Signal.Kill));
        life.Exited(new ExitStatus.Unknown()).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1).State.Last!.Reason.ShouldBe(EndReason.Stopped);
    }

    [Fact]
    public void That_the_child_is_to_end_is_said_again_when_it_is_said_to_live()
    {
        var life = Life.Terminating();
        var version = life.State.Version;
        life.Spawned().ShouldCommand(Life.End(Signal.Term));
        life.State.Version.ShouldBe(version);
        life.Pass(10).Wake().Spawned().ShouldCommand(Life.End(Signal.Kill));
    }

    [Fact]
    public void A_stop_command_isnt_run_a_second_time()
    {
        var spec = Life.Spec() with { Stop = new StopSpec { Command = "drain" } };
        Life.Running(spec).Stop().Recover().Spawned(adopted: true).ShouldCommand(Life.End(Signal.Term));
    }

    [Fact]
    public void A_stop_before_the_child_was_seen_finds_out_whether_there_is_one()
    {
        Life.Starting().Stop().Recover().ShouldCommand(new SupervisorCommand.Adopt(Life.Spec(), null)).NeverRan().ShouldBe(Phase.Terminated, 1, 1);
        Life.Starting().Stop().Recover().Spawned(adopted: true).ShouldCommand(Life.End(Signal.Term)).ShouldBe(Phase.Terminating, 1, 1);
        Life.Terminating().Recover().NeverRan().ShouldBe(Phase.Terminating, 1, 1).State.Last!.Reason.ShouldBe(EndReason.Stopped);
    }

    [Fact]
    public void A_timeouts_way_down_goes_on()
    {
        var spec = Life.Spec(RestartWhen.Always) with { Timeout = TimeSpan.FromSeconds(1) };
        var life = Life.Running(spec).NextAlarm().Recover().Spawned(adopted: true).ShouldBe(Phase.Running, 1, 1).ShouldCommand(Life.End(Signal.Term));
        life.NeverRan().ShouldBe(Phase.BackingOff, 1, 1).State.Last!.Reason.ShouldBe(EndReason.TimedOut);
    }

    [Fact]
    public void A_sweep_goes_on_and_the_end_that_was_known_isnt_told_again()
    {
        var spec = Life.Spec(RestartWhen.Always);
        var life = Life.Running(spec).Exited(1).Recover().ShouldCommand(new SupervisorCommand.Adopt(spec, null), Life.End(Signal.Term));
        life.Exited(new ExitStatus.Unknown()).ShouldDoNothing();
        life.NeverRan().ShouldDoNothing();
        life.Spawned(adopted: true).ShouldDoNothing();
        life.TreeEmpty().ShouldBe(Phase.BackingOff, 1, 1);
        Life.Running().Exited(1).NextAlarm().Recover()
            .ShouldCommand(new SupervisorCommand.Adopt(Life.Spec(), null), Life.End(Signal.Kill)).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }

    [Fact]
    public void A_restart_that_came_due_while_away_is_done_by_its_alarm() =>
        Life.BackingOff().Pass(3600).Recover().ShouldDoNothing().Wake().ShouldBe(Phase.Waiting, 1, 2);
}
