using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class UpdatingAProcess
{
    private static readonly ProcessSpec Other = Life.Spec() with { Command = "other" };

    [Fact]
    public void An_equal_spec_changes_nothing() => Life.Running().Update(Life.Spec()).ShouldDoNothing();

    [Fact]
    public void What_runs_is_restarted_gracefully_and_once()
    {
        var life = Life.Running().Update(Other).ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term));
        life.ShouldTell(EventType.Stopping, EventType.SpecChanged);
        life.Update(Other).ShouldDoNothing();
        life.Exited(0).TreeEmpty().ShouldBe(Phase.Starting, 2, 1);
        life.Commands.OfType<SupervisorCommand.Spawn>().ShouldHaveSingleItem().Spec.ShouldBe(Other);
    }

    [Fact]
    public void What_the_child_doesnt_feel_changes_in_place()
    {
        var spec = Life.Spec(RestartWhen.Always) with { Labels = [new("tier", "web")], Stop = new StopSpec { Grace = TimeSpan.FromSeconds(1) } };
        var life = Life.Running().Update(spec).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.SpecChanged);
        life.Decision.Effects.ShouldBeEmpty();
        life.Told[0].Data.Detail!.ShouldContain("labels");
        life.Stop().WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(1));
        Life.Running().Update(spec).Exited(1).ShouldBe(Phase.BackingOff, 1, 1);
    }

    [Fact]
    public void A_stop_command_that_is_taken_away_while_it_runs_harms_nothing()
    {
        var spec = Life.Spec() with { Stop = new StopSpec { Command = "drain" } };
        Life.Running(spec).Stop().Update(Life.Spec()).Stop(5).StopCommandEnded().ShouldCommand(Life.End(Signal.Term));
        Life.Running(spec).Stop().Update(Life.Spec()).Recover().Spawned(adopted: true).ShouldCommand(Life.End(Signal.Term));
    }

    [Fact]
    public void The_ladder_is_the_one_that_the_child_was_started_with()
    {
        var old = Life.Spec() with { Stop = new StopSpec { Signal = Signal.Int, Grace = TimeSpan.FromSeconds(7) } };
        var life = Life.Running(old).Update(Other).ShouldCommand(Life.End(Signal.Int));
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromSeconds(7));
    }

    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.BackingOff)]
    [InlineData(Phase.Terminating)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void What_has_no_child_to_restart_takes_the_spec_and_stays_where_it_is(Phase phase)
    {
        var life = Life.In(phase);
        var before = life.State;
        life.Update(Other).ShouldTell(EventType.SpecChanged).Decision.Effects.ShouldBeEmpty();
        life.State.ShouldBe(before with { Spec = Other, Version = before.Version + 1, SpecVersion = before.Version + 1 });
    }

    [Fact]
    public void The_next_attempt_runs_the_newest_spec() =>
        Life.BackingOff().Update(Other).NextAlarm().Token().Commands.ShouldBe([new SupervisorCommand.Spawn(Other)]);

    [Fact]
    public void An_update_of_what_is_to_stay_down_doesnt_start_it() =>
        Life.Terminating().Update(Other).Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);

    [Fact]
    public void An_update_meant_for_an_older_spec_is_a_conflict_though_the_state_moved_on_is_none()
    {
        var life = Life.Created();
        var read = life.State.Version;
        life.Start().Spawned().Update(Life.Spec() with { Args = ["1"] }, read).Decision.Refusal.ShouldBeNull();
        var refusal = life.Update(Other, read).Decision.Refusal.ShouldNotBeNull();
        refusal.Code.ShouldBe(ErrorCode.Conflict);
        life.Update(Other, life.State.Version + 1).Decision.Refusal!.Code.ShouldBe(ErrorCode.Conflict);
        life.Update(Other, life.State.SpecVersion).Decision.Refusal.ShouldBeNull();
        life.State.Spec.ShouldBe(Other);
    }
}
