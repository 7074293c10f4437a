using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>What probes and readiness make of a process.</summary>
public class HealthOfAProcess
{
    private static readonly ProbeSpec Probe = new() { Target = new ProbeTarget.Tcp(80) };

    private static readonly ProcessSpec Asked = Life.Spec(RestartWhen.OnAbnormal) with
    {
        Health = new HealthSpec { Startup = Probe, Liveness = Probe, Readiness = Probe },
    };

    [Fact]
    public void It_is_starting_with_a_child_until_the_probes_that_make_it_ready_have_passed()
    {
        var life = Life.Starting(Asked).Spawned().ShouldBe(Phase.Starting, 1, 1).ShouldTell(EventType.Started);
        life.ShouldCommand(new SupervisorCommand.WatchHealth(Asked.Health, null, null, life.State.Health, IsReady: false));
        new ProcessCondition.Started(life.State.Epoch).Holds(life.State).ShouldBeTrue();
        new ProcessCondition.Ready(1).Holds(life.State).ShouldBeFalse();

        Passes(life, ProbeKind.Startup).ShouldBe(Phase.Starting, 1, 1).ShouldTell(EventType.Healthy);
        Passes(life, ProbeKind.Readiness).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Healthy, EventType.Ready);
        (life.Info().Ready, life.Info().Healthy).ShouldBe((true, false), "liveness isn't known yet");
        Passes(life, ProbeKind.Liveness);
        (life.Info().Ready, life.Info().Healthy).ShouldBe((true, true));
        new ProcessCondition.Ready(1).Holds(life.State).ShouldBeTrue();
    }

    [Fact]
    public void Readiness_that_is_lost_ends_nothing_and_is_told_on_changes_alone()
    {
        var life = Ready(Asked);
        Fails(life, ProbeKind.Readiness, "refused").ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Unhealthy);
        life.Told[0].Data.ShouldBe(new EventData { Probe = ProbeKind.Readiness, Detail = "refused" });
        (life.Info().Ready, life.Info().Healthy).ShouldBe((false, false));
        life.Info().Health!.Readiness.ShouldBe(new ProbeInfo(ProbeStatus.Failing, life.Now, "refused"));
        Fails(life, ProbeKind.Readiness, "refused").ShouldDoNothing();
        Passes(life.Pass(5), ProbeKind.Readiness).ShouldTell(EventType.Healthy);
        life.Info().Ready.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ProbeKind.Liveness)]
    [InlineData(ProbeKind.Startup)]
    public void Liveness_or_startup_past_its_threshold_ends_the_attempt_as_unhealthy(ProbeKind probe)
    {
        var life = Life.Starting(Asked).Spawned();
        Fails(life, probe, "500").ShouldTell(EventType.Unhealthy, EventType.Stopping).ShouldCommand(Life.End(Signal.Term));
        life.Exited(0).ShouldBe(Phase.BackingOff, 1, 1);
        var end = life.State.Last!;
        end.Reason.ShouldBe(EndReason.Unhealthy);
        end.Error!.Message.ShouldBe($"its {Spelling.Of(probe)} probe failed: 500");
        life.Told[0].ShouldSatisfyAllConditions(
            told => told.Type.ShouldBe(EventType.Crashed), told => told.Data.WillRestart.ShouldBe(true), told => told.Data.Detail.ShouldBe(end.Error.Message));
        life.State.Health.ShouldBeNull();
    }

    [Fact]
    public void The_first_reason_for_not_passing_is_known_though_it_is_no_event()
    {
        var life = Life.Starting(Asked).Spawned().Hear(new SupervisorReport.Probed(ProbeKind.Readiness, ProbeStatus.Unknown, "refused", Life.Birth)).ShouldTell();
        life.Info().Health!.Readiness.ShouldBe(new ProbeInfo(ProbeStatus.Unknown, null, "refused"));
    }

    [Fact]
    public void One_that_is_not_ready_in_time_ends_as_unhealthy_unless_it_asked_for_more_time()
    {
        var slow = Life.Spec() with { Ready = new ReadySpec { By = ReadyBy.Notify, Timeout = TimeSpan.FromSeconds(5) } };
        var life = Life.Starting(slow).Spawned();
        life.WakeAt.ShouldBe(Life.Birth.AddSeconds(5));
        life.Pass(4).Hear(new SupervisorReport.Noticed(null, "loading", Life.Birth.AddSeconds(60), life.Now)).WakeAt.ShouldBe(Life.Birth.AddSeconds(60));
        life.Info().Health!.Message.ShouldBe("loading");
        life.NextAlarm().ShouldCommand(Life.End(Signal.Term));
        life.Exited(0).State.Last!.Reason.ShouldBe(EndReason.Unhealthy);
        life.State.Last!.Error!.Message.ShouldContain("wasn't ready within 5s");
    }

    [Fact]
    public void What_makes_it_ready_is_heard_once_and_only_when_it_was_asked_for()
    {
        var notifies = Life.Spec() with { Ready = new ReadySpec { By = ReadyBy.Notify } };
        Life.Starting(notifies).Spawned().Hear(new SupervisorReport.BecameReady(Life.Birth)).ShouldBe(Phase.Running, 1, 1).ShouldTell(EventType.Ready)
            .Hear(new SupervisorReport.BecameReady(Life.Birth)).ShouldDoNothing();
        Life.Starting(Asked).Spawned().Hear(new SupervisorReport.BecameReady(Life.Birth)).ShouldDoNothing();
    }

    [Fact]
    public void One_that_says_that_it_stops_is_not_ready_any_more()
    {
        var life = Life.Running().Hear(new SupervisorReport.Noticed(ServiceStage.Stopping, null, null, Life.Birth)).ShouldTell();
        (life.State.Phase, life.Info().Ready).ShouldBe((Phase.Running, false));
    }

    [Fact]
    public void A_watchdog_that_expires_ends_the_attempt_and_a_policy_restarts_it()
    {
        var watched = Life.Spec(RestartWhen.OnAbnormal) with { Watchdog = TimeSpan.FromSeconds(2) };
        var life = Life.Running(watched).Hear(new SupervisorReport.WatchdogExpired(Life.Birth)).ShouldCommand(Life.End(Signal.Term));
        life.Exited(1).ShouldBe(Phase.BackingOff, 1, 1).State.Last!.Reason.ShouldBe(EndReason.WatchdogExpired);
    }

    [Fact]
    public void Another_main_child_is_the_one_from_then_on()
    {
        var other = Life.Child(new Epoch(7, 7));
        var life = Life.Running().Hear(new SupervisorReport.MainChanged(other, Life.Birth)).ShouldTell();
        life.Info().OsPid.ShouldBe(other.OsPid);
        life.Hear(new SupervisorReport.MainChanged(other, Life.Birth)).ShouldDoNothing();
        life.Exited(0).State.Last!.OsPid.ShouldBe(other.OsPid);
    }

    [Fact]
    public void Nothing_of_it_matters_once_a_way_down_is_under_way()
    {
        var life = Ready(Asked).Stop();
        Fails(life, ProbeKind.Liveness, "x").ShouldDoNothing();
        life.Hear(new SupervisorReport.WatchdogExpired(Life.Birth)).ShouldDoNothing();
        life.Exited(0).State.Last!.Reason.ShouldBe(EndReason.Stopped);
    }

    [Fact]
    public void Another_health_is_taken_in_place_and_what_is_asked_as_before_keeps_its_standing()
    {
        var life = Ready(Asked);
        var since = life.Now;
        var next = Asked with { Health = new HealthSpec { Liveness = Probe, Readiness = Probe with { Interval = TimeSpan.FromSeconds(1) } } };
        life.Pass(3).Update(next).ShouldTell(EventType.SpecChanged);
        life.ShouldCommand(new SupervisorCommand.WatchHealth(next.Health, null, null, life.State.Health, IsReady: true));
        life.State.Health.ShouldBe(new HealthInfo { Liveness = new ProbeInfo(ProbeStatus.Passing, since), Readiness = new ProbeInfo(ProbeStatus.Unknown) });
        life.Update(next with { Health = null }).State.Health.ShouldBeNull();
    }

    [Fact]
    public void One_that_waited_for_probes_that_it_has_no_more_is_ready() =>
        Life.Starting(Asked).Spawned().Update(Asked with { Health = new HealthSpec { Liveness = Probe } }).ShouldBe(Phase.Running, 1, 1)
            .ShouldTell(EventType.SpecChanged, EventType.Ready);

    [Fact]
    public void After_the_host_was_away_it_is_watched_on_with_what_was_known()
    {
        var life = Ready(Asked).Recover();
        life.ShouldCommand(
            new SupervisorCommand.Adopt(Asked, life.State.Child!.Identity),
            new SupervisorCommand.WatchHealth(Asked.Health, null, null, life.State.Health, IsReady: true));
        life.Spawned(adopted: true).ShouldTell(EventType.Adopted)
            .ShouldCommand(new SupervisorCommand.WatchHealth(Asked.Health, null, null, life.State.Health, IsReady: true));
    }

    [Fact]
    public void One_that_starts_is_stopped_killed_and_times_out_like_one_that_runs()
    {
        var life = Life.Starting(Asked with { Timeout = TimeSpan.FromSeconds(9) }).Spawned();
        life.WakeAt.ShouldBe(Life.Birth.AddSeconds(9));
        life.Stop().ShouldBe(Phase.Terminating, 1, 1).ShouldCommand(Life.End(Signal.Term));
        Life.Starting(Asked).Spawned().Exited(1).State.Last!.Reason.ShouldBe(EndReason.Failed);
        Life.Starting(Asked).Spawned().NeverRan().State.Last!.Reason.ShouldBe(EndReason.Unknown);
    }

    private static Life Ready(ProcessSpec spec)
    {
        var life = Life.Starting(spec).Spawned();
        foreach (var probe in Enum.GetValues<ProbeKind>())
        {
            Passes(life, probe);
        }

        return life.ShouldBe(Phase.Running, 1, 1);
    }

    private static Life Passes(Life life, ProbeKind probe) => life.Hear(new SupervisorReport.Probed(probe, ProbeStatus.Passing, null, life.Now));

    private static Life Fails(Life life, ProbeKind probe, string error) => life.Hear(new SupervisorReport.Probed(probe, ProbeStatus.Failing, error, life.Now));
}
