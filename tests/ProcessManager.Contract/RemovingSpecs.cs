using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class RemovingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_removal_stops_it_and_forgets_it_and_the_id_is_free_again()
    {
        var first = await StartSaying("old", Scripts.Shell("echo old; exec sleep 1000"));
        var child = OsProcess.Of(first.OsPid!.Value);

        await Manager.RemoveAsync(first.Id, cancellationToken: Cancel);

        child.IsAlive.ShouldBeFalse();
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(first.Id, Cancel));
        var second = await Start(Scripts.Shell("echo new; exec sleep 1000") with { Id = first.Id });
        (second.Run, second.RestartCount).ShouldBe((1, 0));
        (await OutputUntil(first.Id, "new\n")).ShouldBe("new\n");
        (await Manager.GetRunsAsync(first.Id, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_ignores_SIGTERM_is_removed_after_the_grace()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        var child = OsProcess.Of(info.OsPid!.Value);

        await Manager.RemoveAsync(info.Id, new StopOptions { Grace = TimeSpan.FromMilliseconds(100) }, Cancel);

        child.IsAlive.ShouldBeFalse();
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(info.Id, Cancel));
    }

    [Fact]
    public async Task Whatever_is_down_is_removed_at_once()
    {
        var created = await Declare(Scripts.Sleeps);
        var ended = await Start(Scripts.Exits(1));
        await Ended(ended.Id);
        var backingOff = await Start(Scripts.Exits(1) with { Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromMinutes(1) } });
        await Until(backingOff.Id, "backing off", now => now.Phase == Phase.BackingOff);

        foreach (var id in new[] { created.Id, ended.Id, backingOff.Id })
        {
            await Manager.RemoveAsync(id, cancellationToken: Cancel);
            await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
        }
    }

    [Fact]
    public async Task While_it_is_being_removed_nothing_starts_it_again()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        var remove = Manager.RemoveAsync(info.Id, new StopOptions { Grace = TimeSpan.FromMinutes(5) }, Cancel);
        var going = await Until(info.Id, "going", now => now.Goal == Goal.Gone);
        going.Phase.ShouldBe(Phase.Terminating);

        await Refused(ErrorCode.InvalidState, () => Manager.StartAsync(info.Id, Cancel));
        await Refused(ErrorCode.AlreadyExists, () => Start(Scripts.Sleeps with { Id = info.Id }));
        await Manager.KillAsync(info.Id, cancellationToken: Cancel);

        await remove;
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(info.Id, Cancel));
    }

    [Fact]
    public async Task Two_who_remove_it_are_both_answered()
    {
        var info = await Start(Scripts.Sleeps);

        var answers = await Task.WhenAll(Answer(), Answer(), Answer());

        answers.ShouldContain(code => code == null);
        answers.ShouldAllBe(code => code == null || code == ErrorCode.NotFound);

        async Task<ErrorCode?> Answer()
        {
            try
            {
                await Manager.RemoveAsync(info.Id, cancellationToken: Cancel);
                return null;
            }
            catch (ProcessManagerException error)
            {
                return error.Code;
            }
        }
    }

    [Fact]
    public async Task Those_of_a_group_that_are_not_known_are_ended_and_forgotten()
    {
        var group = NewId().Value;
        var kept = await Start(Scripts.Sleeps with { Group = group });
        var orphan = await Start(Scripts.Sleeps with { Group = group });
        var ended = await Start(Scripts.Exits(0) with { Group = group });
        var bystander = await Start(Scripts.Sleeps);
        await Ended(ended.Id);

        var outcome = await Manager.SyncKnownAsync(new SyncScope { Group = group, Known = [kept.Id] }, Cancel);

        outcome.Kept.ShouldBe([kept.Id]);
        outcome.Orphans.ShouldBe([orphan.Id, ended.Id], ignoreOrder: true);
        await EventsUntil(orphan.Id, EventType.Removed);
        await EventsUntil(ended.Id, EventType.Removed);
        OsProcess.Of(kept.OsPid!.Value).IsAlive.ShouldBeTrue();
        OsProcess.Of(bystander.OsPid!.Value).IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task A_scope_can_be_labels_and_a_known_one_need_not_exist()
    {
        var label = NewId().Value;
        var orphan = await Start(Scripts.Sleeps with { Labels = [new("sync", label), new("other", "x")] });

        var outcome = await Manager.SyncKnownAsync(new SyncScope { Labels = [new("sync", label)], Known = [NewId()] }, Cancel);

        outcome.Kept.ShouldBeEmpty();
        outcome.Orphans.ShouldBe([orphan.Id]);
        await EventsUntil(orphan.Id, EventType.Removed);
    }

    [Fact]
    public async Task A_scope_of_everything_is_refused() =>
        await Refused(ErrorCode.InvalidSpec, () => Manager.SyncKnownAsync(new SyncScope { Known = [] }, Cancel));
}
