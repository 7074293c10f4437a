using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>Where a process runs, and what becomes of it when its node goes and comes back.</summary>
public class ProcessesOnNodes
{
    private static readonly ProcessSpec Fails = Life.Spec(RestartWhen.Always) with { OnNodeLost = OnNodeLost.Fail };

    [Fact]
    public void A_start_goes_to_its_node_and_so_does_all_that_follows()
    {
        var life = Starting("n1");
        life.Decision.Effects.ShouldBe([new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Spawn(life.State.Spec), "n1")]);
        life.Spawned().Info().Node.ShouldBe("n1");
        life.Stop().Decision.Effects.ShouldBe([new ProcessEffect.Command(new Epoch(1, 1), Life.End(Signal.Term), "n1")]);
        life.Exited(0).TreeEmpty().Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1), "n1")]);
    }

    [Fact]
    public void Without_a_node_it_waits_and_says_why()
    {
        var life = Life.Created().Take(new ProcessOrder.Start(new Placement.Nowhere("no node is live"))).ShouldBe(Phase.Waiting, 1, 1);
        life.Decision.Effects.ShouldBe([new ProcessEffect.Place(new Epoch(1, 1))]);
        (life.Info().BlockedBy, life.State.Node, life.WakeAt).ShouldBe(("a node: no node is live", null, null));
        life.ShouldTell(EventType.Waiting).Told[0].Data.Detail.ShouldBe("a node: no node is live");

        Placed(life, new Placement.Nowhere("no node is live")).Decision.Changes.ShouldBeEmpty("the same answer isn't written again");
        life.Decision.Effects.ShouldBe([new ProcessEffect.Place(new Epoch(1, 1))]);
        life.Recover().Decision.Effects.ShouldBe([new ProcessEffect.Place(new Epoch(1, 1))]);
        life.Wake().Decision.Effects.ShouldBe([new ProcessEffect.Place(new Epoch(1, 1))]);
        life.Token().ShouldDoNothing();

        Placed(life, new Placement.Nowhere("its node \"n1\" is joining")).Info().BlockedBy.ShouldBe("a node: its node \"n1\" is joining");
        Placed(life, new Placement.On("n1")).ShouldBe(Phase.Starting, 1, 1);
        life.State.Node.ShouldBe("n1");
        life.State.BlockedBy.ShouldBeNull();
        Placed(life, new Placement.On("n2")).ShouldDoNothing();
    }

    [Fact]
    public void An_order_to_end_ends_the_wait_for_a_node()
    {
        var life = Life.Created().Take(new ProcessOrder.Start(new Placement.Nowhere("no node is live"))).Stop().ShouldBe(Phase.Terminated, 1, 1);
        life.Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);
        Placed(life, new Placement.On("n1")).ShouldDoNothing();
    }

    [Fact]
    public void The_policy_restarts_where_it_was()
    {
        var life = Starting("n1", Life.Spec(RestartWhen.Always)).Spawned().Exited(1).TreeEmpty().NextAlarm();
        life.Decision.Effects.ShouldBe([new ProcessEffect.TakeStartToken(new Epoch(1, 2), "n1")]);
        life.Token().ShouldBe(Phase.Starting, 1, 2).State.Node.ShouldBe("n1");
    }

    [Fact]
    public void A_restart_moves_it_once_nothing_is_left_on_the_old_node()
    {
        var life = Starting("n1").Spawned().Take(new ProcessOrder.Restart(null, new Placement.On("n2"))).Exited(0);
        life.State.Node.ShouldBe("n1");
        life.TreeEmpty().ShouldBe(Phase.Starting, 2, 1).Decision.Effects.ShouldBe(
        [
            new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Release(), "n1"),
            new ProcessEffect.Command(new Epoch(2, 1), new SupervisorCommand.Spawn(life.State.Spec), "n2"),
        ]);
        (life.State.Node, life.State.NextPlacement).ShouldBe(("n2", null));
        life.State.FormerNodes.ShouldBe(["n1"]);
    }

    [Fact]
    public void All_nodes_that_it_was_on_forget_it()
    {
        var life = Starting("n1").Spawned().Exited(0).TreeEmpty().CleanedUp().Take(new ProcessOrder.Start(new Placement.On("n2"))).Spawned();
        life.Remove().Exited(0).TreeEmpty().Decision.Effects.ShouldBe(
        [
            new ProcessEffect.Command(new Epoch(2, 1), new SupervisorCommand.Forget(), "n2"),
            new ProcessEffect.Command(new Epoch(2, 1), new SupervisorCommand.Forget(), "n1"),
        ]);
    }

    [Fact]
    public void A_new_spec_moves_the_next_attempt()
    {
        var spec = Life.Spec(RestartWhen.Always);
        var life = Starting("n1", spec).Spawned().Exited(1).TreeEmpty();
        life.Take(new ProcessOrder.Update(spec with { Node = "n2" }, null, new Placement.On("n2"))).State.Node.ShouldBe("n1");
        life.NextAlarm().Token().ShouldBe(Phase.Starting, 1, 2).State.Node.ShouldBe("n2");

        var up = Starting("n1", spec).Spawned().Take(new ProcessOrder.Update(spec with { Node = "n2" }, null, new Placement.Nowhere("its node \"n2\" is joining")));
        up.ShouldBe(Phase.Terminating, 1, 1).Exited(0).TreeEmpty().ShouldBe(Phase.Waiting, 2, 1).Info().BlockedBy.ShouldBe("a node: its node \"n2\" is joining");
    }

    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void A_node_with_nothing_of_it_may_go(Phase phase) => Life.In(phase).Take(new ProcessOrder.NodeGone("n1")).ShouldDoNothing();

    [Fact]
    public void Another_nodes_going_is_nothing_to_it()
    {
        Starting("n1").Take(new ProcessOrder.NodeGone("n2")).ShouldDoNothing();
        Starting("n1").Take(new ProcessOrder.NodeBack("n2")).ShouldDoNothing();
    }

    [Fact]
    public void It_waits_for_its_node_and_goes_on_with_the_same_child()
    {
        var life = Starting("n1", Life.Spec(RestartWhen.Always) with { Timeout = TimeSpan.FromSeconds(60) }).Spawned();
        var child = life.State.Child;
        life.Pass(5).Take(new ProcessOrder.NodeGone("n1")).ShouldTell(EventType.Lost).Told[0].Data.Detail.ShouldBe("its node \"n1\" can't be reached");
        life.Take(new ProcessOrder.NodeGone("n1")).ShouldDoNothing();

        var info = life.Info();
        (info.Phase, info.Ready, info.Healthy, info.Uptime, info.Node).ShouldBe((Phase.Waiting, false, false, null, "n1"));
        info.BlockedBy.ShouldBe("its node \"n1\", away since 2026-01-02T03:04:10.000Z");
        (life.State.IsReady, life.WakeAt).ShouldBe((false, null));

        life.Recover().ShouldDoNothing();
        life.Take(new ProcessOrder.NodeBack("n1")).Decision.Effects.ShouldBe(
            [new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Adopt(life.State.Spec, child!.Identity), "n1")]);
        life.Spawned(adopted: true).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Adopted);
        (life.State.Child, life.State.IsReady).ShouldBe((child, true));
    }

    [Fact]
    public void Nothing_starts_while_its_node_is_away()
    {
        var life = Starting("n1", Life.Spec(RestartWhen.Always)).Spawned().Exited(1).TreeEmpty().Take(new ProcessOrder.NodeGone("n1"));
        life.WakeAt.ShouldBe(life.State.PurgeAt);
        life.Pass(3600).Wake().ShouldDoNothing();
        life.Take(new ProcessOrder.NodeBack("n1")).Wake().ShouldBe(Phase.Waiting, 1, 2);
        life.Take(new ProcessOrder.NodeGone("n1")).Token().ShouldDoNothing();
        life.Take(new ProcessOrder.NodeBack("n1")).Decision.Effects.ShouldBe([new ProcessEffect.TakeStartToken(new Epoch(1, 2), "n1")]);

        Starting("n1").Take(new ProcessOrder.NodeGone("n1")).NeverRan().ShouldDoNothing();
    }

    [Fact]
    public void A_stop_of_what_is_away_is_done_when_it_is_back()
    {
        var life = Starting("n1").Spawned().Take(new ProcessOrder.NodeGone("n1")).Stop().ShouldBe(Phase.Terminating, 1, 1);
        (life.Info().Phase, life.Info().BlockedBy).ShouldBe((Phase.Terminating, "its node \"n1\", away since 2026-01-02T03:04:05.000Z"));
        life.Take(new ProcessOrder.NodeBack("n1")).Spawned(adopted: true).ShouldCommand("n1", Life.End(Signal.Term));
        life.Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
    }

    [Fact]
    public void What_is_away_cant_be_signalled()
    {
        var refusal = Starting("n1").Spawned().Take(new ProcessOrder.NodeGone("n1")).Take(new ProcessOrder.SendSignal(Signal.Hup, Tree: false)).Decision.Refusal!;
        refusal.Code.ShouldBe(ErrorCode.NodeUnavailable);
        refusal.Message.ShouldContain("\"n1\" is away since");
    }

    [Fact]
    public void A_restart_leaves_a_node_that_is_away_when_nothing_is_left_there()
    {
        var life = Starting("n1", Life.Spec(RestartWhen.Always)).Spawned().Exited(1).TreeEmpty().Take(new ProcessOrder.NodeGone("n1"));
        life.Take(new ProcessOrder.Restart(null, new Placement.On("n2"))).ShouldBe(Phase.Starting, 2, 1);
        (life.State.Node, life.State.AwaySince).ShouldBe(("n2", null));
    }

    [Theory]
    [InlineData(Phase.Starting)]
    [InlineData(Phase.Running)]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.Terminating)]
    public void One_that_fails_with_its_node_is_over_whatever_its_policy(Phase phase)
    {
        var life = InOn(phase);
        var epoch = life.State.Epoch;
        life.Take(new ProcessOrder.NodeGone("n1")).ShouldBe(Phase.Finished, epoch.Run, epoch.Attempt);
        life.ShouldTell(EventType.Lost, EventType.Terminated, EventType.Finished);
        life.Decision.Effects.ShouldBeEmpty();
        (life.State.Goal, life.State.Last!.Reason, life.State.AwaySince).ShouldBe((Goal.Down, EndReason.NodeLost, null));
        life.Told[0].Data.Detail.ShouldBe("its node \"n1\" can't be reached, and onNodeLost is fail");
        life.Info().LastError!.Code.ShouldBe(ErrorCode.NodeUnavailable);
        life.State.MayLive("n1", epoch).ShouldBeFalse();
    }

    [Fact]
    public void One_that_fails_while_it_backs_off_keeps_the_end_that_is_known()
    {
        var life = InOn(Phase.BackingOff).Take(new ProcessOrder.NodeGone("n1"));
        life.ShouldTell(EventType.Lost, EventType.GaveUp, EventType.Terminated, EventType.Finished).State.Last!.Reason.ShouldBe(EndReason.Failed);
    }

    [Fact]
    public void A_start_that_stood_over_is_placed_anew()
    {
        var life = InOn(Phase.Running).Restart().Take(new ProcessOrder.NodeGone("n1")).ShouldBe(Phase.Waiting, 2, 1);
        life.Decision.Effects.ShouldContain(new ProcessEffect.Place(new Epoch(2, 1)));
        Placed(life, new Placement.On("n2")).ShouldBe(Phase.Starting, 2, 1);
    }

    [Fact]
    public void A_removal_that_stood_over_is_done()
    {
        var life = InOn(Phase.Running).Remove().Take(new ProcessOrder.NodeGone("n1"));
        life.ShouldTell(EventType.Lost, EventType.Terminated, EventType.Removed);
    }

    [Fact]
    public void It_may_be_made_to_fail_while_its_node_is_away()
    {
        var life = Starting("n1", Fails with { OnNodeLost = OnNodeLost.Wait }).Spawned().Take(new ProcessOrder.NodeGone("n1"));
        life.Update(Fails).ShouldBe(Phase.Finished, 1, 1).ShouldTell(EventType.SpecChanged, EventType.Lost, EventType.Terminated, EventType.Finished);
    }

    [Fact]
    public void A_removal_that_waits_for_a_lost_node_can_be_let_go()
    {
        var waits = Fails with { OnNodeLost = OnNodeLost.Wait };
        var life = Starting("n1", waits).Spawned().Take(new ProcessOrder.NodeGone("n1")).Remove().ShouldBe(Phase.Terminating, 1, 1);
        life.Update(Fails with { Command = "another" }).Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        life.Update(waits).Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        life.Update(Fails).ShouldTell(EventType.SpecChanged, EventType.Lost, EventType.Terminated, EventType.Removed);
    }

    [Fact]
    public void What_becomes_of_one_that_is_being_removed_may_be_said_before_its_node_goes()
    {
        var life = Starting("n1", Fails with { OnNodeLost = OnNodeLost.Wait }).Spawned().Remove();
        life.Update(Fails).ShouldBe(Phase.Terminating, 1, 1).Decision.Effects.ShouldBeEmpty();
        life.Take(new ProcessOrder.NodeGone("n1")).ShouldTell(EventType.Lost, EventType.Terminated, EventType.Removed);
    }

    [Fact]
    public void Only_the_present_attempt_may_live_on_its_node()
    {
        var state = Starting("n1").State;
        (state.MayLive("n1", new Epoch(1, 1)), state.MayLive("n2", new Epoch(1, 1)), state.MayLive("n1", new Epoch(1, 2))).ShouldBe((true, false, false));
    }

    private static Life Starting(string node, ProcessSpec? spec = null) => Life.Created(spec).Take(new ProcessOrder.Start(new Placement.On(node)));

    private static Life Placed(Life life, Placement placement) => life.Take(new ProcessOrder.Placed(life.State.Epoch, placement));

    private static Life InOn(Phase phase) => phase switch
    {
        Phase.Starting => Starting("n1", Fails),
        Phase.Running => Starting("n1", Fails).Spawned(),
        Phase.Waiting => InOn(Phase.BackingOff).NextAlarm().ShouldBe(Phase.Waiting, 1, 2),
        Phase.Terminating => Starting("n1", Fails).Spawned().Stop(),
        Phase.BackingOff => Starting("n1", Fails).Spawned().Exited(1).TreeEmpty(),
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
