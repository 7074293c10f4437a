using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class RemovingAProcess
{
    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.BackingOff)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void What_has_no_child_is_forgotten_at_once(Phase phase)
    {
        var life = Life.In(phase).Remove().ShouldCommand(new SupervisorCommand.Forget());
        life.Told[^1].Type.ShouldBe(EventType.Removed);
        ShouldBeGone(life);
    }

    [Theory]
    [InlineData(Phase.Starting)]
    [InlineData(Phase.Running)]
    public void What_is_up_is_stopped_first(Phase phase)
    {
        var life = Life.In(phase).Remove(TimeSpan.FromSeconds(4)).ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term));
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(4));
        life.Exited(0).TreeEmpty().ShouldCommand(new SupervisorCommand.Forget()).ShouldTell(EventType.Terminated, EventType.Removed);
        ShouldBeGone(life);
    }

    [Fact]
    public void An_end_under_way_is_made_the_end_of_all_and_no_longer()
    {
        var life = Life.Running().Stop(5).Start().Remove();
        life.State.StartNext.ShouldBeFalse();
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(5));
        life.Remove(TimeSpan.Zero).ShouldCommand(Life.End(Signal.Kill));
        life.Stop().ShouldDoNothing();
        life.Exited(0).TreeEmpty().ShouldCommand(new SupervisorCommand.Forget());
        ShouldBeGone(life);
    }

    [Fact]
    public void A_stop_doesnt_take_a_removal_back() => Life.Running().Remove().Stop(0).State.Goal.ShouldBe(Goal.Gone);

    [Fact]
    public void A_removal_while_leftovers_are_swept_waits_for_them()
    {
        var life = Life.Running(Life.Spec(RestartWhen.Always)).Exited(1).Remove().ShouldBe(Phase.Terminating, 1, 1);
        life.Commands.ShouldBeEmpty();
        ShouldBeGone(life.TreeEmpty());
    }

    [Fact]
    public void A_removal_ends_also_when_the_child_never_was()
    {
        ShouldBeGone(Life.Starting().Remove().NeverRan().ShouldCommand(new SupervisorCommand.Forget()));
        ShouldBeGone(Life.Starting().Remove().StartFailed().ShouldCommand(new SupervisorCommand.Forget()));
    }

    private static void ShouldBeGone(Life life)
    {
        (life.State.Goal, life.State.Phase, life.State.Child, life.State.Ladder).ShouldBe((Goal.Gone, Phase.Finished, null, null));
        life.WakeAt.ShouldBeNull();
    }
}
