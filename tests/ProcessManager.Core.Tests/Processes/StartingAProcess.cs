using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class StartingAProcess
{
    [Fact]
    public void A_created_process_wants_nothing()
    {
        var life = Life.Created();
        life.ShouldBe(Phase.Created, 0, 0);
        life.WakeAt.ShouldBeNull();
        life.State.Goal.ShouldBe(Goal.Down);
        life.State.RunIsOver(0).ShouldBeTrue();
        life.State.RunIsTerminated(0).ShouldBeTrue();
    }

    [Theory]
    [InlineData(Phase.Created, 1)]
    [InlineData(Phase.Terminated, 2)]
    [InlineData(Phase.Finished, 2)]
    public void A_start_of_what_is_down_opens_a_run_and_spawns_at_once(Phase phase, int run)
    {
        var life = Life.In(phase).Start();
        life.ShouldBe(Phase.Starting, run, 1).ShouldCommand(new SupervisorCommand.Spawn(Life.Spec()));
        life.State.Goal.ShouldBe(Goal.Up);
    }

    [Theory]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.Starting)]
    [InlineData(Phase.Running)]
    [InlineData(Phase.BackingOff)]
    public void A_start_of_what_is_up_changes_nothing(Phase phase) => Life.In(phase).Start().ShouldDoNothing();

    [Fact]
    public void A_spawned_child_is_started_and_ready()
    {
        var life = Life.Starting().Spawned();
        life.ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Started, EventType.Ready);
        life.State.Child.ShouldBe(new LiveChild(Life.Child(new Epoch(1, 1)), life.Now));
        life.Told[0].Data.OsPid.ShouldBe(1101);
        life.Decision.Effects.ShouldBeEmpty();
        life.State.RunIsOver(1).ShouldBeFalse();
    }

    [Fact]
    public void A_start_while_terminating_is_kept_and_done_once_terminated()
    {
        var life = Life.Terminating().Start();
        life.ShouldBe(Phase.Terminating, 1, 1).Decision.Effects.ShouldBeEmpty();
        life.State.StartNext.ShouldBeTrue();
        life.Exited(new ExitStatus.BySignal(Signal.Term, false)).ShouldBe(Phase.Terminating, 1, 1);
        life.TreeEmpty().ShouldBe(Phase.Starting, 2, 1).ShouldTell(EventType.Terminated, EventType.Starting);
        life.Decision.Effects.ShouldBe(
        [
            new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Release()),
            new ProcessEffect.Command(new Epoch(2, 1), new SupervisorCommand.Spawn(Life.Spec())),
        ]);
        life.State.StartNext.ShouldBeFalse();
        life.State.Goal.ShouldBe(Goal.Up);
    }

    [Fact]
    public void A_start_while_the_leftovers_of_a_natural_end_are_swept_is_kept_too() =>
        Life.Running().Exited(0).Start().TreeEmpty().ShouldBe(Phase.Starting, 2, 1);

    [Fact]
    public void A_start_asked_twice_while_terminating_is_one_start() => Life.Terminating().Start().Start().ShouldDoNothing();

    [Fact]
    public void Of_start_stop_start_while_terminating_the_last_one_counts()
    {
        Life.Terminating().Start().Stop().Start().Exited(0).TreeEmpty().ShouldBe(Phase.Starting, 2, 1);
        var down = Life.Terminating().Start().Stop().Exited(0).TreeEmpty();
        down.ShouldBe(Phase.Terminated, 1, 1);
        down.State.Goal.ShouldBe(Goal.Down);
    }

    [Fact]
    public void A_run_that_somebody_asked_for_forgets_the_failures_of_the_one_before_but_not_the_count_of_restarts()
    {
        var life = Life.Waiting().Token().Spawned();
        life.State.Restarts.ConsecutiveFailures.ShouldBe(1);
        life.Stop().Exited(0).TreeEmpty().Start().ShouldBe(Phase.Starting, 2, 1);
        life.State.Restarts.ShouldBe(new RestartRecord { Count = 1 });
    }

    [Fact]
    public void What_is_being_removed_is_not_started()
    {
        var life = Life.Running().Remove().Start();
        life.Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        life.Restart().Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        life.Update(Life.Spec() with { Command = "other" }).Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public void Only_what_has_a_child_is_signalled()
    {
        foreach (var phase in new[] { Phase.Running, Phase.Terminating })
        {
            Life.In(phase).Take(new ProcessOrder.SendSignal(Signal.Hup, Tree: true)).ShouldCommand(new SupervisorCommand.SendSignal(Signal.Hup, true));
        }

        foreach (var phase in new[] { Phase.Created, Phase.Waiting, Phase.Starting, Phase.BackingOff, Phase.Terminated, Phase.Finished })
        {
            var refusal = Life.In(phase).Take(new ProcessOrder.SendSignal(Signal.Hup, Tree: false)).Decision.Refusal.ShouldNotBeNull();
            refusal.Code.ShouldBe(ErrorCode.InvalidState);
            refusal.Message.ShouldContain(phase.ToString());
        }

        Life.Terminating().Exited(0).Take(new ProcessOrder.SendSignal(Signal.Hup, Tree: false)).Decision.Refusal.ShouldNotBeNull();
    }
}
