using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class UpdatingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task An_equal_spec_changes_nothing()
    {
        var spec = Full();
        var info = await Start(spec);

        (await Manager.PlanAsync(spec, Cancel)).ShouldBe(new UpdatePlan(UpdateEffect.Nothing, []));
        var after = await Manager.UpdateAsync(spec, cancellationToken: Cancel);

        (after.Version, after.OsPid, after.Run).ShouldBe((info.Version, info.OsPid, 1));
    }

    [Fact]
    public async Task Labels_restart_stop_retention_and_names_change_in_place()
    {
        var spec = Full();
        var info = await Start(spec);
        var changed = spec with
        {
            Name = "another name",
            Group = "another group",
            Labels = [new("a", "c")],
            Restart = new RestartPolicy { When = RestartWhen.Always },
            Stop = new StopSpec { Signal = Signal.Int, Grace = TimeSpan.FromSeconds(2) },
            Retention = TimeSpan.FromHours(1),
        };

        var plan = await Manager.PlanAsync(changed, Cancel);
        var after = await Manager.UpdateAsync(changed, cancellationToken: Cancel);

        plan.Effect.ShouldBe(UpdateEffect.InPlace);
        plan.Changed.ShouldBe(["name", "group", "labels", "restart", "stop", "retention"], ignoreOrder: true);
        (after.OsPid, after.Run, after.Name, after.Group, after.Labels["a"]).ShouldBe((info.OsPid, 1, "another name", "another group", "c"));
        after.Version.ShouldBeGreaterThan(info.Version);
        (await EventsUntil(info.Id, EventType.SpecChanged)).ShouldTell(EventType.Started, EventType.SpecChanged);
        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped).Signal.ShouldBe(Signal.Int);
    }

    [Fact]
    public async Task Anything_else_restarts_it_once_and_gracefully()
    {
        var spec = Scripts.Shell("trap 'echo told; exit 0' TERM; echo $1; while :; do sleep 0.05; done") with { Id = NewId(), Args = ["first"] };
        var info = await StartSaying("first", spec);

        var plan = await Manager.PlanAsync(spec with { Args = ["second"] }, Cancel);
        await Manager.UpdateAsync(spec with { Args = ["second"] }, cancellationToken: Cancel);

        plan.Effect.ShouldBe(UpdateEffect.Restart);
        plan.Changed.ShouldBe(["args"]);
        (await OutputUntil(info.Id, "second")).ShouldBe("first\ntold\nsecond\n");
        var now = await Until(info.Id, "running", now => now.Phase == Phase.Running);
        (now.Run, now.Args[0], now.RestartCount).ShouldBe((2, "second", 0));
        (await Manager.GetSpecAsync(info.Id, Cancel)).Args.ShouldBe(["second"]);
    }

    [Fact]
    public async Task One_that_is_down_stays_down_and_starts_with_the_new_spec()
    {
        var spec = Scripts.Shell("echo $1") with { Id = NewId(), Args = ["first"] };
        await Declare(spec);

        var updated = await Manager.UpdateAsync(spec with { Args = ["second"] }, cancellationToken: Cancel);
        (updated.Phase, updated.Run).ShouldBe((Phase.Created, 0));
        await Manager.StartAsync(updated.Id, Cancel);

        await Ended(updated.Id);
        (await Output(updated.Id)).ShouldBe("second\n");
    }

    [Fact]
    public async Task An_update_of_an_unknown_one_creates_it()
    {
        var spec = Scripts.Sleeps with { Id = NewId() };

        (await Manager.PlanAsync(spec, Cancel)).Effect.ShouldBe(UpdateEffect.Create);
        var info = await Manager.UpdateAsync(spec, cancellationToken: Cancel);

        info.ShouldBeRunning();
        (info.Id, info.Run).ShouldBe((spec.Id!.Value, 1));
    }

    [Fact]
    public async Task An_update_for_another_version_is_a_conflict_and_changes_nothing()
    {
        var spec = Full();
        var info = await Start(spec);
        var changed = spec with { Labels = [new("a", "c")] };

        await Refused(ErrorCode.Conflict, () => Manager.UpdateAsync(changed, info.Version + 1000, Cancel));
        (await Manager.GetAsync(info.Id, Cancel)).Labels["a"].ShouldBe("b");

        (await Manager.UpdateAsync(changed, info.Version, Cancel)).Labels["a"].ShouldBe("c");
        await Refused(ErrorCode.Conflict, () => Manager.UpdateAsync(spec, info.Version, Cancel));
    }

    [Fact]
    public async Task Of_updates_that_race_for_a_version_one_wins()
    {
        var spec = Full();
        var info = await Start(spec);

        var wins = await Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            try
            {
                await Manager.UpdateAsync(spec with { Labels = [new("winner", $"{number}")] }, info.Version, Cancel);
                return number;
            }
            catch (ProcessManagerException error) when (error.Code == ErrorCode.Conflict)
            {
                return -1;
            }
        }));

        var winner = wins.Where(number => number >= 0).ShouldHaveSingleItem();
        (await Manager.GetAsync(info.Id, Cancel)).Labels["winner"].ShouldBe($"{winner}");
    }

    [Fact]
    public async Task An_invalid_update_changes_nothing()
    {
        var spec = Full();
        var info = await Start(spec);

        await Refused(ErrorCode.InvalidSpec, () => Manager.UpdateAsync(spec with { Nice = 99 }, cancellationToken: Cancel));
        await Refused(ErrorCode.InvalidSpec, () => Manager.PlanAsync(spec with { Nice = 99 }, Cancel));
        await Refused(ErrorCode.InvalidSpec, () => Manager.UpdateAsync(spec with { Id = null }, cancellationToken: Cancel));

        var now = await Manager.GetAsync(info.Id, Cancel);
        (now.Version, now.OsPid).ShouldBe((info.Version, info.OsPid));
    }

    [Fact]
    public async Task A_changed_policy_holds_for_the_next_end()
    {
        var spec = Scripts.Sleeps with { Id = NewId() };
        var info = await Start(spec);
        await Manager.UpdateAsync(
            spec with { Restart = new RestartPolicy { When = RestartWhen.OnAbnormal, Delay = TimeSpan.FromMilliseconds(20) } }, cancellationToken: Cancel);

        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Kill);

        await Until(info.Id, "running again", now => now is { Phase: Phase.Running, Attempt: 2 });
    }

    private static ProcessSpec Full() => Scripts.Sleeps with
    {
        Id = NewId(),
        Name = "a name",
        Group = "a group",
        Labels = [new("a", "b")],
        Environment = [new("X", "1")],
        Restart = new RestartPolicy { When = RestartWhen.OnFailure, PreventExitCodes = [3] },
    };
}
