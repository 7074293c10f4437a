using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class PurgingAProcess
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(10);

    [Fact]
    public void A_one_off_goes_as_a_whole_when_its_retention_ends()
    {
        var life = Life.Finished(oneOff: true);
        life.WakeAt.ShouldBe(life.Now + Retention);
        life.Pass(Retention - TimeSpan.FromSeconds(1)).Wake().ShouldDoNothing();
        life.NextAlarm().ShouldCommand(new SupervisorCommand.Forget()).ShouldTell(EventType.Removed);
        life.WakeAt.ShouldBeNull();
    }

    [Fact]
    public void The_retention_of_a_one_off_counts_from_its_last_end()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure), oneOff: true).Exited(1).TreeEmpty().NextAlarm().Token().Spawned();
        life.Pass(TimeSpan.FromHours(9)).Exited(0).TreeEmpty().CleanedUp();
        life.WakeAt.ShouldBe(life.Now + Retention);
    }

    [Fact]
    public void A_one_off_that_still_runs_loses_old_attempts_only()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure), oneOff: true).Exited(1).TreeEmpty().NextAlarm().Token().Spawned();
        life.NextAlarm().ShouldBe(Phase.Running, 1, 2);
        life.Decision.Effects.ShouldHaveSingleItem().ShouldBeOfType<ProcessEffect.PurgeRuns>();
    }

    [Fact]
    public void A_declared_process_stays_and_its_old_runs_go()
    {
        var life = Life.Finished();
        var ended = life.Now;
        life.Pass(Retention).Pass(1).Wake().ShouldBe(Phase.Finished, 1, 1).ShouldTell();
        life.Decision.Effects.ShouldBe([new ProcessEffect.PurgeRuns(ended + TimeSpan.FromSeconds(1))]);
        life.WakeAt.ShouldBeNull();
    }

    [Fact]
    public void A_run_that_ended_at_the_very_edge_is_looked_at_again()
    {
        var life = Life.Finished().NextAlarm();
        life.WakeAt.ShouldBe(life.Now + (Retention / 10));
        life.NextAlarm().WakeAt.ShouldBeNull();
    }

    [Fact]
    public void Newer_runs_are_looked_at_together_later()
    {
        var life = Life.Finished().Pass(TimeSpan.FromHours(8)).Start().Spawned().Exited(0).TreeEmpty().CleanedUp();
        life.WakeAt.ShouldBe(Life.Birth + Retention);
        var alarms = 0;
        while (life.WakeAt is not null)
        {
            life.NextAlarm();
            alarms++;
        }

        life.Now.ShouldBeGreaterThan(Life.Birth + TimeSpan.FromHours(18));
        life.Now.ShouldBeLessThanOrEqualTo(Life.Birth + TimeSpan.FromHours(20));
        alarms.ShouldBeLessThanOrEqualTo(11);
    }

    [Fact]
    public void A_retention_of_nothing_doesnt_spin()
    {
        var spec = Life.Spec() with { Retention = TimeSpan.Zero };
        var life = Life.Finished(spec).Wake();
        (life.WakeAt is { } at && at <= life.Now).ShouldBeFalse();
        Life.Finished(spec, oneOff: true).NextAlarm().ShouldTell(EventType.Removed);
    }

    [Fact]
    public void A_shorter_retention_holds_for_what_has_ended_already()
    {
        var life = Life.Finished().Update(Life.Spec() with { Retention = TimeSpan.FromMinutes(1) });
        life.WakeAt.ShouldBe(life.Now + TimeSpan.FromMinutes(1));
        life.Update(Life.Spec()).WakeAt.ShouldBe(life.Now + TimeSpan.FromMinutes(1));
        Life.Created().Update(Life.Spec() with { Retention = TimeSpan.FromMinutes(1) }).WakeAt.ShouldBeNull();
    }
}
