using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class AttachingAProcess
{
    private static readonly ChildIdentity Found = Life.Child(new Epoch(1, 1));

    [Fact]
    public void Its_first_run_is_the_process_that_was_found()
    {
        var life = Life.Created().Take(new ProcessOrder.Attach(new Attachment(Found, Startable: false)));
        life.ShouldBe(Phase.Starting, 1, 1).ShouldCommand(new SupervisorCommand.Attach(life.State.Spec, Found));

        life.Spawned(adopted: true).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Attached, EventType.Ready);
        life.State.Child!.Identity.ShouldBe(Found);
    }

    [Fact]
    public void After_a_restart_of_the_host_it_is_looked_for_by_its_identity_alone()
    {
        var attaching = Life.Created().Take(new ProcessOrder.Attach(new Attachment(Found, Startable: false))).Recover();
        attaching.ShouldCommand(new SupervisorCommand.Adopt(attaching.State.Spec, Found, Attached: true));

        var attached = Attached(startable: false).Recover();
        attached.ShouldCommand(new SupervisorCommand.Adopt(attached.State.Spec, Found, Attached: true));
    }

    [Fact]
    public void Without_a_command_nothing_follows_its_end()
    {
        var life = Attached(startable: false, Life.Spec(RestartWhen.Always)).Exited(1);
        life.Told.ShouldContain(told => told.Type == EventType.GaveUp && told.Data.Detail!.Contains("without a command"));
        life.TreeEmpty().ShouldBe(Phase.Terminated, 1, 1);

        life.Start().Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        life.Restart().Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
    }

    [Fact]
    public void With_one_a_child_of_ours_follows_and_is_like_any_other()
    {
        var life = Attached(startable: true, Life.Spec(RestartWhen.Always)).Exited(1).TreeEmpty().Pass(TimeSpan.FromMinutes(1)).Wake().Token();
        life.ShouldBe(Phase.Starting, 1, 2).State.Attached.ShouldBeNull();
    }

    [Fact]
    public void A_change_of_its_command_makes_it_startable_and_another_that_needs_a_restart_is_refused()
    {
        Attached(startable: false).Update(Life.Spec() with { User = "nobody" }).Decision.Refusal!.Code.ShouldBe(ErrorCode.InvalidState);
        var life = Attached(startable: false).Update(Life.Spec() with { Args = ["-v"] });
        life.ShouldBe(Phase.Terminating, 1, 1).Exited(0).TreeEmpty().ShouldBe(Phase.Starting, 2, 1).State.Attached.ShouldBeNull();
    }

    [Fact]
    public void Nothing_is_watched_of_what_it_writes() => Attached(startable: true, Life.Spec() with { IdleTimeout = TimeSpan.FromSeconds(1) }).Commands.ShouldBeEmpty();

    private static Life Attached(bool startable, ProcessSpec? spec = null) =>
        Life.Created(spec).Take(new ProcessOrder.Attach(new Attachment(Found, startable))).Spawned(adopted: true);
}

public class DetachingAProcess
{
    [Fact]
    public void Its_record_goes_when_its_machine_has_let_go_and_not_before()
    {
        var life = Life.Running().Take(new ProcessOrder.Detach()).ShouldCommand(new SupervisorCommand.Detach());
        life.Told.ShouldBeEmpty();
        life.State.Phase.ShouldBe(Phase.Running);

        life.Hear(new SupervisorReport.Detached("/somewhere", life.Now)).ShouldTell(EventType.Detached, EventType.Removed).ShouldCommand(new SupervisorCommand.Forget());
        life.Told[0].Data.Detail.ShouldBe("/somewhere");
    }

    [Fact]
    public void It_is_asked_for_again_after_the_host_was_away() =>
        Life.Running().Take(new ProcessOrder.Detach()).Recover().ShouldCommand(new SupervisorCommand.Detach());

    [Fact]
    public void Meanwhile_nothing_ends_it()
    {
        var life = Life.Running(Life.Spec() with { Timeout = TimeSpan.FromSeconds(1) }).Take(new ProcessOrder.Detach());
        life.WakeAt.ShouldBeNull();
        foreach (var order in new ProcessOrder[] { new ProcessOrder.Stop(null), new ProcessOrder.Kill(), new ProcessOrder.Remove(null), new ProcessOrder.Restart(null), new ProcessOrder.Start() })
        {
            life.Take(order).Decision.Refusal!.Message.ShouldContain("being detached");
        }

        life.Exited(0).ShouldDoNothing();
    }

    [Fact]
    public void What_can_t_be_written_down_stays_as_it_was()
    {
        var life = Life.Running().Take(new ProcessOrder.Detach()).Hear(new SupervisorReport.NotDetached(new ErrorInfo(ErrorCode.StorageFull, "full")));
        (life.State.Goal, life.State.Detaching).ShouldBe((Goal.Up, false));
        life.Stop().ShouldBe(Phase.Terminating, 1, 1);
    }

    [Theory]
    [InlineData(Phase.Created)]
    [InlineData(Phase.Waiting)]
    [InlineData(Phase.Starting)]
    [InlineData(Phase.BackingOff)]
    [InlineData(Phase.Terminating)]
    [InlineData(Phase.Terminated)]
    [InlineData(Phase.Finished)]
    public void Only_what_runs_can_be_left_running(Phase phase) =>
        Life.In(phase).Take(new ProcessOrder.Detach()).Decision.Refusal!.Message.ShouldContain(phase.ToString());
}
