using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Several processes that are stopped in one call: who depends on others before those, under one deadline.</summary>
public abstract class StopAllSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Who_depends_on_others_goes_first_and_each_outcome_is_in_the_answer()
    {
        var group = NewId().Value;
        var db = await Start(Scripts.Sleeps with { Group = group });
        var api = await StartSaying("ready", Slow with { Group = group, DependsOn = [new(db.Id)] });
        var web = await StartSaying("ready", Slow with { Group = group, DependsOn = [new(api.Id)] });
        var job = await Start(Scripts.Exits(0) with { Group = group });
        await Ended(job.Id);

        var outcome = await Manager.StopAllAsync(new ProcessSelection { Group = group }, null, Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        var by = outcome.Processes.ToDictionary(one => one.Id, one => one.Info!);
        by.Count.ShouldBe(4);
        new[] { db, api, web }.ShouldAllBe(each => by[each.Id].Reason == EndReason.Stopped && by[each.Id].IsDown());
        by[job.Id].Reason.ShouldBe(EndReason.Completed);
        (await StoppingOf(api.Id)).ShouldBeGreaterThanOrEqualTo(by[web.Id].EndedAt!.Value);
        (await StoppingOf(db.Id)).ShouldBeGreaterThanOrEqualTo(by[api.Id].EndedAt!.Value);
    }

    [Fact]
    public async Task At_the_deadline_what_is_left_is_killed()
    {
        var group = NewId().Value;
        var db = await Start(Scripts.Sleeps with { Group = group });
        var deaf = await StartSaying("ready", Scripts.IgnoresTerm with { Group = group, DependsOn = [new(db.Id)], Stop = new StopSpec { Grace = TimeSpan.FromHours(1) } });

        var outcome = await Manager.StopAllAsync(new ProcessSelection { Group = group }, new StopAllOptions { Timeout = TimeSpan.FromMilliseconds(200) }, Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        var by = outcome.Processes.ToDictionary(one => one.Id, one => one.Info!);
        (by[deaf.Id].IsDown(), by[deaf.Id].Signal).ShouldBe((true, Signal.Kill));
        by[db.Id].IsDown().ShouldBeTrue();
    }

    [Fact]
    public async Task Without_force_what_is_left_at_the_deadline_is_told_and_left_alone()
    {
        var group = NewId().Value;
        var db = await Start(Scripts.Sleeps with { Group = group });
        var deaf = await StartSaying("ready", Scripts.IgnoresTerm with { Group = group, DependsOn = [new(db.Id)], Stop = new StopSpec { Grace = TimeSpan.FromHours(1) } });

        var outcome = await Manager.StopAllAsync(
            new ProcessSelection { Group = group }, new StopAllOptions { Timeout = TimeSpan.FromMilliseconds(200), Force = false }, Cancel);

        var by = outcome.Processes.ToDictionary(one => one.Id);
        (by[deaf.Id].Error!.Code, by[deaf.Id].Info!.Phase).ShouldBe((ErrorCode.DeadlineExceeded, Phase.Terminating));
        (by[db.Id].Error!.Code, by[db.Id].Info!.Phase).ShouldBe((ErrorCode.DeadlineExceeded, Phase.Running));
        by[db.Id].Error!.Message.ShouldContain("others that depend on it");
    }

    [Fact]
    public async Task Those_that_wait_or_back_off_are_stopped_too()
    {
        var group = NewId().Value;
        var db = await Declare(Scripts.Sleeps with { Group = group });
        await Start(Scripts.Sleeps with { Group = group, DependsOn = [new(db.Id)] });
        var failing = await Start(Scripts.Exits(1) with { Group = group, Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMinutes(1) } });
        await Until(failing.Id, "backing off", info => info.Phase == Phase.BackingOff);

        var outcome = await Manager.StopAllAsync(new ProcessSelection { Group = group }, null, Cancel);

        outcome.Processes.Count.ShouldBe(3);
        outcome.Processes.ShouldAllBe(one => one.Error == null && one.Info!.Goal == Goal.Down && !one.Info.IsUp());
    }

    /// <summary>Says "ready", and at SIGTERM takes a tenth of a second.</summary>
    private static ProcessSpec Slow => Scripts.Shell("trap 'sleep 0.1; exit 0' TERM; echo ready; while :; do sleep 0.02; done");

    private async Task<DateTimeOffset> StoppingOf(ProcessId id) => (await EventsUntil(id, EventType.Stopping))[^1].Time;
}
