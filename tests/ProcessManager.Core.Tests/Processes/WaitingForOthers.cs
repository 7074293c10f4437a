using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class WaitingForOthers
{
    private static readonly Dependency Db = new(ProcessId.Parse("db"));
    private static readonly Dependency Cache = new(ProcessId.Parse("cache"), DependencyCondition.Completed) { Timeout = TimeSpan.FromSeconds(10), Optional = true };

    private static readonly ProcessSpec Spec = Life.Spec(RestartWhen.Always) with { DependsOn = [Db, Cache] };

    [Fact]
    public void A_run_opens_as_waiting_and_has_its_dependencies_watched()
    {
        var life = Life.Created(Spec).Start().ShouldBe(Phase.Waiting, 1, 1).ShouldTell(EventType.Waiting);
        life.Decision.Effects.ShouldBe([new ProcessEffect.AwaitDependencies(new Epoch(1, 1), [Db, Cache])]);
        life.State.IsToBeLookedAt.ShouldBeTrue();
        life.Info().BlockedBy.ShouldBe("db; cache");
    }

    [Fact]
    public void What_is_met_is_no_longer_waited_for_and_with_the_last_it_starts_where_the_news_say()
    {
        var life = Waiting().News(Is(Db, Standing.Down, "which is not started"), Is(Cache, Standing.Coming, "which has not completed yet"));
        life.Info().BlockedBy.ShouldBe("db, which is not started; cache, which has not completed yet");
        life.State.IsToBeLookedAt.ShouldBeFalse();
        life.ShouldTell();

        life.News(Is(Cache, Standing.Met)).ShouldBe(Phase.Waiting, 1, 1).Info().BlockedBy.ShouldBe("db, which is not started");
        life.Take(new ProcessOrder.DependencyNews(new Epoch(1, 1), [Is(Db, Standing.Met)], new Placement.On("n1"))).ShouldBe(Phase.Starting, 1, 1);
        life.ShouldCommand("n1", new SupervisorCommand.Spawn(Spec)).State.BlockedBy.ShouldBeNull();
    }

    [Fact]
    public void The_same_news_again_change_nothing()
    {
        var life = Waiting().News(Is(Db, Standing.Down, "which is not started"));
        life.News(Is(Db, Standing.Down, "which is not started")).ShouldDoNothing();
    }

    [Theory]
    [InlineData(Standing.Failed, ErrorCode.DependencyFailed)]
    [InlineData(Standing.Missing, ErrorCode.DependencyMissing)]
    public void One_that_failed_ends_the_run_whatever_the_policy(Standing standing, ErrorCode code)
    {
        var life = Waiting().News(Is(Db, standing, "\"db\" is no more")).ShouldBe(Phase.Terminated, 1, 1);
        life.ShouldTell(EventType.StartFailed, EventType.Terminated);
        (life.State.Goal, life.State.Last!.Reason, life.State.Last.Error).ShouldBe(
            (Goal.Down, EndReason.DependencyFailed, new ErrorInfo(code, "its dependency \"db\" is no more")));
        life.Start().ShouldBe(Phase.Waiting, 2, 1);
    }

    [Theory]
    [InlineData(Standing.Failed)]
    [InlineData(Standing.Missing)]
    [InlineData(Standing.Down)]
    public void An_optional_one_that_will_not_come_is_passed_over(Standing standing) =>
        Waiting().News(Is(Db, Standing.Met), Is(Cache, standing, "no")).ShouldBe(Phase.Starting, 1, 1);

    [Fact]
    public void An_optional_one_is_waited_for_until_its_time_is_over_and_then_the_host_is_asked_where_to()
    {
        var life = Waiting().News(Is(Db, Standing.Met), Is(Cache, Standing.Coming, "which has not completed yet"));
        life.WakeAt.ShouldBe(Life.Birth.AddSeconds(10));
        life.NextAlarm().ShouldBe(Phase.Waiting, 1, 1).Decision.Effects.ShouldBe([new ProcessEffect.AwaitDependencies(new Epoch(1, 1), [])]);
        life.WakeAt.ShouldBeNull();
        life.News().ShouldBe(Phase.Starting, 1, 1);
    }

    [Fact]
    public void One_that_is_late_fails_the_run()
    {
        var late = Db with { Timeout = TimeSpan.FromSeconds(3) };
        var life = Life.Created(Spec with { DependsOn = [late, Cache] }).Start().News(Is(late, Standing.Coming, "which is not healthy yet"));
        life.NextAlarm().ShouldBe(Phase.Terminated, 1, 1);
        life.Now.ShouldBe(Life.Birth.AddSeconds(3));
        life.State.Last!.Error!.Message.ShouldBe("its dependency \"db\", which is not healthy yet, had 3s to get there");
    }

    [Fact]
    public void A_host_that_comes_back_watches_what_is_left()
    {
        var life = Waiting().News(Is(Cache, Standing.Met)).Recover();
        life.Decision.Effects.ShouldBe([new ProcessEffect.AwaitDependencies(new Epoch(1, 1), [Db])]);
    }

    [Fact]
    public void News_of_another_time_are_no_news()
    {
        Waiting().Take(new ProcessOrder.DependencyNews(new Epoch(2, 1), [Is(Db, Standing.Failed, "no")])).ShouldDoNothing();
        Waiting().News(Is(new Dependency(ProcessId.Parse("else")), Standing.Failed, "no")).ShouldDoNothing();
        Waiting().Stop().News(Is(Db, Standing.Failed, "no")).ShouldDoNothing();
        Life.Running().News(Is(Db, Standing.Failed, "no")).ShouldDoNothing();
    }

    [Fact]
    public void Stop_kill_and_remove_end_the_wait_at_once()
    {
        Waiting().Stop().ShouldBe(Phase.Terminated, 1, 1).State.BlockedBy.ShouldBeNull();
        Waiting().Kill().ShouldBe(Phase.Terminated, 1, 1);
        Waiting().Remove().ShouldBe(Phase.Finished, 1, 1).State.Goal.ShouldBe(Goal.Gone);
    }

    [Fact]
    public void A_restart_waits_again_and_a_restart_by_policy_does_not()
    {
        var up = Up();
        up.Restart().Exited(0).TreeEmpty().ShouldBe(Phase.Waiting, 2, 1).State.BlockedBy.ShouldBeOfType<Blocker.Dependencies>();
        Up().Exited(1).TreeEmpty().NextAlarm().ShouldBe(Phase.Waiting, 1, 2).State.BlockedBy.ShouldBeOfType<Blocker.StartToken>();
    }

    [Fact]
    public void An_update_of_what_it_waits_for_begins_the_wait_anew()
    {
        var life = Waiting().News(Is(Db, Standing.Down, "which is not started")).Update(Spec with { DependsOn = [Cache] }).ShouldBe(Phase.Waiting, 1, 1);
        life.Decision.Effects.ShouldBe([new ProcessEffect.AwaitDependencies(new Epoch(1, 1), [Cache])]);
        life.Update(Spec with { DependsOn = [] }).Decision.Effects.ShouldBe([new ProcessEffect.AwaitDependencies(new Epoch(1, 1), [])]);
        life.News().ShouldBe(Phase.Starting, 1, 1);
        Up().Update(Spec with { DependsOn = [] }).ShouldBe(Phase.Running, 1, 1).Decision.Effects.ShouldBeEmpty();
    }

    [Fact]
    public void It_is_nowhere_while_it_waits_and_its_old_node_lets_go_of_it()
    {
        var life = Life.Created(Spec).Take(new ProcessOrder.Start(new Placement.On("n1"))).ShouldBe(Phase.Waiting, 1, 1);
        life.State.Node.ShouldBeNull();
        life.Take(new ProcessOrder.DependencyNews(new Epoch(1, 1), [Is(Db, Standing.Met), Is(Cache, Standing.Met)], new Placement.On("n1"))).Spawned();
        life.Stop().Exited(0).TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);
        life.Start().ShouldBe(Phase.Waiting, 2, 1).Decision.Effects[0].ShouldBe(
            new ProcessEffect.Command(new Epoch(1, 1), new SupervisorCommand.Release(), "n1"));
        (life.State.Node, life.State.FormerNodes).ShouldBe((null, ["n1"]));
        life.Take(new ProcessOrder.NodeGone("n1")).ShouldDoNothing();
    }

    [Fact]
    public void Without_a_node_that_fits_it_waits_for_one_afterwards()
    {
        var life = Waiting().Take(new ProcessOrder.DependencyNews(new Epoch(1, 1), [Is(Db, Standing.Met), Is(Cache, Standing.Met)], new Placement.Nowhere("no node is live")));
        life.ShouldBe(Phase.Waiting, 1, 1).Info().BlockedBy.ShouldBe("a node: no node is live");
    }

    private static Life Waiting() => Life.Created(Spec).Start();

    private static Life Up() => Waiting().News(Is(Db, Standing.Met), Is(Cache, Standing.Met)).Spawned().ShouldBe(Phase.Running, 1, 1);

    private static DependencyStanding Is(Dependency on, Standing standing, string why = "") => new(on, standing, why);
}
