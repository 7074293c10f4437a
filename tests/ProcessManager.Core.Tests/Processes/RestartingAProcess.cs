using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class RestartingAProcess
{
    [Fact]
    public void A_restart_of_what_runs_is_the_ladder_and_then_a_new_run_that_the_count_ignores()
    {
        var life = Life.Running().Restart(TimeSpan.FromSeconds(3)).ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term));
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(3));
        life.State.Goal.ShouldBe(Goal.Up);
        life.Exited(0).ShouldTell(EventType.Stopped);
        life.TreeEmpty().ShouldBe(Phase.Starting, 2, 1);
        life.State.Restarts.Count.ShouldBe(0);
    }

    [Fact]
    public void A_restart_before_the_child_was_seen_ends_it_first() =>
        Life.Starting().Restart().ShouldBe(Phase.Terminating, 1, 1).Spawned().Exited(0).TreeEmpty().ShouldBe(Phase.Starting, 2, 1);

    [Theory]
    [InlineData(Phase.Created, 1)]
    [InlineData(Phase.Terminated, 2)]
    [InlineData(Phase.Finished, 2)]
    [InlineData(Phase.BackingOff, 2)]
    [InlineData(Phase.Waiting, 2)]
    public void A_restart_of_what_has_no_child_is_a_new_run_at_once(Phase phase, int run)
    {
        var life = Life.In(phase).Restart().ShouldBe(Phase.Starting, run, 1);
        life.Commands.ShouldHaveSingleItem().ShouldBeOfType<SupervisorCommand.Spawn>();
        life.WakeAt.ShouldBe(life.State.PurgeAt);
        life.Events.Count(told => told.Type == EventType.Terminated).ShouldBe(run - 1, "each run's end is told once");
    }

    [Fact]
    public void A_restart_while_leftovers_are_swept_waits_for_them() =>
        Life.Running(Life.Spec(RestartWhen.Always)).Exited(1).Restart().ShouldBe(Phase.Terminating, 1, 1).TreeEmpty().ShouldBe(Phase.Starting, 2, 1);

    [Fact]
    public void A_restart_while_terminating_keeps_a_start_and_hastens_the_end()
    {
        var life = Life.Running().Stop(60).Restart(TimeSpan.FromSeconds(1));
        life.State.StartNext.ShouldBeTrue();
        life.NextAlarm().ShouldCommand(Life.End(Signal.Kill)).Exited(0).TreeEmpty().ShouldBe(Phase.Starting, 2, 1);
    }

    [Fact]
    public void A_stop_after_a_restart_takes_the_new_run_back() =>
        Life.Running().Restart().Stop().Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1).State.Goal.ShouldBe(Goal.Down);

    [Fact]
    public void A_crash_is_followed_by_another_attempt_of_the_same_run_once_it_has_a_token()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure)).Exited(3);
        life.ShouldBe(Phase.BackingOff, 1, 1).ShouldCommand(Life.End(Signal.Term)).ShouldTell(EventType.Crashed, EventType.BackingOff);
        life.State.NextStartAt.ShouldBe(life.Now + TimeSpan.FromSeconds(1));
        life.TreeEmpty().ShouldCommand(new SupervisorCommand.Release());
        life.NextAlarm().ShouldBe(Phase.Waiting, 1, 2).Decision.Effects.ShouldBe([new ProcessEffect.TakeStartToken(new Epoch(1, 2))]);
        life.Info().BlockedBy.ShouldNotBeNull();
        life.Take(new ProcessOrder.StartToken(new Epoch(1, 1))).ShouldDoNothing();
        life.Token().ShouldBe(Phase.Starting, 1, 2).ShouldCommand(new SupervisorCommand.Spawn(life.State.Spec)).ShouldTell(EventType.Restarted);
        life.Token().ShouldDoNothing();
        life.Spawned().ShouldBe(Phase.Running, 1, 2);
        life.State.Restarts.Count.ShouldBe(1);
    }

    [Fact]
    public void The_next_attempt_waits_until_nothing_of_the_last_one_is_left()
    {
        var life = Life.Running(Life.Spec(RestartWhen.Always)).Exited(1).Pass(1.5).Wake().ShouldDoNothing();
        life.Pass(0.5).Wake().ShouldCommand(Life.End(Signal.Kill)).ShouldBe(Phase.BackingOff, 1, 1);
        life.WakeAt.ShouldBe(life.State.PurgeAt);
        life.TreeEmpty().ShouldBe(Phase.Waiting, 1, 2);
        life.Decision.Effects.ShouldBe(
        [
            new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Release()),
            new ProcessEffect.TakeStartToken(new Epoch(1, 2)),
        ]);
    }

    [Fact]
    public void The_first_restart_after_a_quiet_time_needs_no_token()
    {
        var life = Life.Running(Life.Spec(RestartWhen.Always)).Pass(TimeSpan.FromMinutes(10)).Exited(1).TreeEmpty().NextAlarm();
        life.ShouldBe(Phase.Starting, 1, 2);
        life.Spawned().Exited(1).TreeEmpty().NextAlarm().ShouldBe(Phase.Waiting, 1, 3);
    }

    [Fact]
    public void Too_many_crashes_give_up_and_the_run_is_terminated()
    {
        var spec = Life.Spec() with { Restart = new RestartPolicy { When = RestartWhen.Always, Max = 2, Delay = TimeSpan.Zero } };
        var life = Life.Running(spec);
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            life.Exited(1).TreeEmpty().ShouldBe(Phase.Waiting, 1, attempt).Token().Spawned();
        }

        life.Exited(1).ShouldTell(EventType.Crashed, EventType.GaveUp).ShouldBe(Phase.Terminating, 1, 3);
        life.Told[0].Data.WillRestart.ShouldBe(false);
        life.Told[1].Data.MaxRestarts.ShouldBe(2);
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 3);
        life.State.Goal.ShouldBe(Goal.Down);
        life.State.Restarts.Count.ShouldBe(2);
    }

    [Fact]
    public void What_killMode_process_leaves_is_listed()
    {
        var life = Life.Running(Life.Spec() with { Stop = new StopSpec { KillMode = KillMode.Process } }).Exited(0);
        life.ShouldCommand(Life.End(Signal.Term, KillMode.Process)).TreeEmpty(7, 9).ShouldBe(Phase.Terminated, 1, 1);
        life.Info().LeftBehind.ShouldBe([7, 9]);
        life.Start().Info().LeftBehind.ShouldBeEmpty();
    }
}
