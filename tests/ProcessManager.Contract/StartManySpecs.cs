using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>Several processes that are created and started in one call, and those of a selection.</summary>
public abstract class StartManySpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly ProcessSpec Sleeps = Scripts.Sleeps;

    [Fact]
    public async Task All_are_started_in_the_order_of_what_they_depend_on()
    {
        var (db, migrate, api) = (NewId(), NewId(), NewId());

        var outcome = await Manager.StartManyAsync(
            [
                Sleeps with { Id = api, DependsOn = [new(migrate, DependencyCondition.CompletedSuccessfully), new(db)] },
                Scripts.Exits(0) with { Id = migrate, DependsOn = [new(db)] },
                Sleeps with { Id = db },
            ],
            Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        outcome.Processes.Select(one => one.Id).ShouldBe([api, migrate, db]);
        outcome.Processes[2].Info!.ShouldBeRunning();
        var up = (await Manager.WaitAsync(api, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
        (await Manager.GetAsync(migrate, Cancel)).EndedAt!.Value.ShouldBeLessThanOrEqualTo(up.StartedAt!.Value);
    }

    [Fact]
    public async Task One_that_cannot_start_fails_alone_and_with_it_who_depends_on_it()
    {
        var (bad, hangsOnIt, good) = (NewId(), NewId(), NewId());

        var outcome = await Manager.StartManyAsync(
            [
                new ProcessSpec { Id = bad, Command = "no-such-command" },
                Sleeps with { Id = hangsOnIt, DependsOn = [new(bad)] },
                Sleeps with { Id = good },
            ],
            Cancel);

        outcome.Processes[0].Error!.Code.ShouldBe(ErrorCode.CommandNotFound);
        outcome.Processes[0].Info!.ShouldBeDown(EndReason.StartFailed);
        outcome.Processes[2].Info!.ShouldBeRunning();
        (await Ended(hangsOnIt)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message.ShouldContain(bad.Value);
    }

    [Fact]
    public async Task Ids_are_made_where_there_are_none_and_one_in_use_is_told_as_that()
    {
        var there = await Start(Sleeps);

        var outcome = await Manager.StartManyAsync([Scripts.Exits(0), Sleeps with { Id = there.Id }], Cancel);

        outcome.Processes[0].Error.ShouldBeNull();
        outcome.Processes[0].Id.Value.Length.ShouldBe(32);
        outcome.Processes[1].Error!.Code.ShouldBe(ErrorCode.AlreadyExists);
        outcome.Processes[1].Info!.OsPid.ShouldBe(there.OsPid);
        await Manager.RemoveAsync(outcome.Processes[0].Id, null, Cancel);
    }

    [Fact]
    public async Task Nothing_is_made_when_anything_is_wrong()
    {
        var (a, b, missing) = (NewId(), NewId(), NewId());

        var faults = (await Refused(ErrorCode.InvalidSpec, () => Manager.StartManyAsync(
            [Sleeps with { Id = a }, Sleeps with { Id = b, Timeout = TimeSpan.Zero }, Sleeps with { Id = a }], Cancel))).Faults;
        faults.ShouldContain(fault => fault.Path == "processes[1].timeout", string.Join("; ", faults));
        await Refused(ErrorCode.InvalidSpec, () => Manager.StartManyAsync([Sleeps with { Id = a }, Sleeps with { Id = a }], Cancel));
        await Refused(ErrorCode.DependencyCycle, () => Manager.StartManyAsync(
            [Sleeps with { Id = a, DependsOn = [new(b)] }, Sleeps with { Id = b, DependsOn = [new(a)] }], Cancel));
        await Refused(ErrorCode.DependencyMissing, () => Manager.StartManyAsync([Sleeps with { Id = a }, Sleeps with { Id = b, DependsOn = [new(missing)] }], Cancel));

        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(a, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(b, Cancel));
    }

    [Fact]
    public async Task Those_of_a_selection_are_started_in_order_and_what_is_up_is_left_alone()
    {
        var group = NewId().Value;
        var db = await Declare(Sleeps with { Group = group });
        var api = await Declare(Sleeps with { Group = group, Labels = [new("tier", "web")], DependsOn = [new(db.Id)] });
        var up = await Start(Sleeps with { Group = group });

        var outcome = await Manager.StartAllAsync(new ProcessSelection { Group = group }, Cancel);

        outcome.Success.ShouldBeTrue($"{outcome}");
        outcome.Processes.Select(one => one.Id).ShouldBe([db.Id, api.Id, up.Id], ignoreOrder: true);
        (await Manager.GetAsync(up.Id, Cancel)).OsPid.ShouldBe(up.OsPid);
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();

        (await Manager.StartAllAsync(new ProcessSelection { Group = group, Labels = [new("tier", null)] }, Cancel)).Processes.Single().Id.ShouldBe(api.Id);
        (await Manager.StartAllAsync(ProcessSelection.Of(db.Id), Cancel)).Processes.Single().Id.ShouldBe(db.Id);
    }

    [Fact]
    public async Task A_selection_of_nothing_and_an_id_that_is_not_there_are_refused()
    {
        await Refused(ErrorCode.InvalidSpec, () => Manager.StartAllAsync(new ProcessSelection(), Cancel));
        await Refused(ErrorCode.InvalidSpec, () => Manager.StopAllAsync(new ProcessSelection(), null, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.StartAllAsync(ProcessSelection.Of(NewId()), Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.StopAllAsync(ProcessSelection.Of(NewId()), null, Cancel));
    }
}
