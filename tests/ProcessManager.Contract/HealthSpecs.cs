using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Probes. They ask whether files are there: a file is well or ill at once.</summary>
public abstract class HealthSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private ProcessSpec Asked(HealthSpec health) => Scripts.Sleeps with { WorkingDirectory = Directory, Health = health };

    [Fact]
    public async Task It_is_ready_and_healthy_when_its_probes_pass_and_not_before()
    {
        var info = await Start(Asked(new HealthSpec
        {
            Liveness = There("alive") with { FailureThreshold = 1000 },
            Readiness = There("ready") with { FailureThreshold = 1000 },
        }));

        info.Phase.ShouldBe(Phase.Starting, "it is answered once its child runs");
        info.OsPid.ShouldNotBeNull();
        var early = await Until(info.Id, "why it isn't ready is known", now => now.Health?.Readiness?.LastError is not null);
        (early.Phase, early.Ready, early.Healthy).ShouldBe((Phase.Starting, false, false));
        early.Health!.Readiness.ShouldBe(new ProbeInfo(ProbeStatus.Unknown, null, "test exited with 1"));
        early.Health.Startup.ShouldBeNull();

        Make("ready");
        var ready = await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        (ready.Phase, ready.Ready, ready.Healthy).ShouldBe((Phase.Running, true, false));
        Make("alive");
        var healthy = await Until(info.Id, "it is healthy", now => now.Healthy);
        healthy.Health!.Liveness!.Status.ShouldBe(ProbeStatus.Passing);
        healthy.Health.Liveness.Since.ShouldNotBeNull();
        (await EventsUntil(info.Id, seen => seen.Data.Probe == ProbeKind.Liveness, "its liveness")).ShouldTell(EventType.Started, EventType.Healthy, EventType.Ready, EventType.Healthy);
    }

    [Fact]
    public async Task One_that_is_not_ready_any_more_runs_on_and_comes_back()
    {
        var info = await Start(Asked(new HealthSpec { Readiness = There("ready") with { FailureThreshold = 1 } }));
        Make("ready");
        await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);

        Lose("ready");
        var lost = await Until(info.Id, "it isn't ready any more", now => !now.Ready);
        (lost.Phase, lost.Healthy, lost.OsPid).ShouldBe((Phase.Running, false, info.OsPid));
        lost.Health!.Readiness!.LastError.ShouldBe("test exited with 1");
        Make("ready");
        await Until(info.Id, "it is ready again", now => now is { Ready: true, Healthy: true });
        var told = await EventsUntil(info.Id, EventType.Healthy);
        told = await EventsUntil(info.Id, seen => seen.Type == EventType.Healthy && seen.Time > told[^1].Time, "it is healthy again");
        told.Where(seen => seen.Type is EventType.Healthy or EventType.Unhealthy).Select(seen => seen.Type)
            .ShouldBe([EventType.Healthy, EventType.Unhealthy, EventType.Healthy], "each change is told, and nothing else");
        told.Single(seen => seen.Type == EventType.Unhealthy).Data.ShouldSatisfyAllConditions(
            data => data.Probe.ShouldBe(ProbeKind.Readiness), data => data.Detail.ShouldBe("test exited with 1"));
    }

    [Fact]
    public async Task One_whose_liveness_fails_is_ended_as_unhealthy_and_its_policy_starts_it_again()
    {
        Make("alive");
        var info = await Start(Asked(new HealthSpec { Liveness = There("alive") }) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Max = 1, Delay = TimeSpan.FromMilliseconds(20) },
        });
        info.ShouldBeRunning();
        await Until(info.Id, "it is healthy", now => now.Healthy);

        Lose("alive");
        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.Unhealthy).Attempt.ShouldBe(2);
        down.LastError!.Message.ShouldBe("its liveness probe failed: test exited with 1");
        down.Health.ShouldBeNull();
        (await EventsUntil(info.Id, EventType.Terminated)).ShouldTell(
            EventType.Started, EventType.Healthy, EventType.Unhealthy, EventType.Crashed, EventType.Restarted, EventType.Unhealthy, EventType.Crashed, EventType.GaveUp);
    }

    [Fact]
    public async Task A_startup_probe_holds_back_the_others_and_ends_one_that_takes_too_long()
    {
        var slow = There("up") with { FailureThreshold = 1000 };
        var info = await Start(Asked(new HealthSpec { Startup = slow, Liveness = There("alive") with { FailureThreshold = 1 } }));
        await Until(info.Id, "its startup was asked", now => now.Health?.Startup?.LastError is not null);
        (await Manager.GetAsync(info.Id, Cancel)).Health!.Liveness.ShouldBe(new ProbeInfo(ProbeStatus.Unknown), "nobody asks yet whether it lives");
        Make("alive");
        Make("up");
        (await Until(info.Id, "it is healthy", now => now.Healthy)).ShouldBeRunning();

        Lose("up");
        var late = await Start(Asked(new HealthSpec { Startup = There("up") }));
        (await Ended(late.Id)).ShouldBeDown(EndReason.Unhealthy).LastError!.Message.ShouldContain("startup probe failed");
    }

    [Fact]
    public async Task Other_probes_are_taken_without_touching_the_child()
    {
        Make("one");
        var spec = Asked(new HealthSpec { Readiness = There("one") });
        var info = await Start(spec);
        spec = spec with { Id = info.Id };
        await Until(info.Id, "it is ready", now => now.Ready);

        (await Manager.PlanAsync(spec with { Health = new HealthSpec { Readiness = There("two") } }, Cancel)).ShouldBe(new UpdatePlan(UpdateEffect.InPlace, ["health"]));
        await Manager.UpdateAsync(spec with { Health = new HealthSpec { Readiness = There("two") } }, null, Cancel);
        (await Until(info.Id, "the other probe fails", now => !now.Ready)).OsPid.ShouldBe(info.OsPid);
        Make("two");
        await Until(info.Id, "the other probe passes", now => now.Ready);

        var without = await Manager.UpdateAsync(spec with { Health = null }, null, Cancel);
        (without.OsPid, without.Healthy, without.Health).ShouldBe((info.OsPid, true, null));
    }

    [Fact]
    public async Task A_stop_interrupts_a_probe_that_is_under_way()
    {
        var hanging = new ProbeSpec { Target = new ProbeTarget.Command("sleep 1000") { Shell = true }, Timeout = TimeSpan.FromMinutes(10) };
        var info = await Start(Asked(new HealthSpec { Readiness = hanging }));
        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);
    }

    private static ProbeSpec There(string file) => new()
    {
        Target = new ProbeTarget.Command("test") { Args = ["-e", file] },
        Interval = TimeSpan.FromMilliseconds(100),
        Timeout = TimeSpan.FromSeconds(20),
        FailureThreshold = 3,
    };

    private void Make(string file) => File.WriteAllText(Path.Combine(Directory, file), "");

    private void Lose(string file) => File.Delete(Path.Combine(Directory, file));
}
