using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What a run waits for before it starts.</summary>
public abstract class DependencySpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly ProcessSpec Sleeps = Scripts.Sleeps;

    [Fact]
    public async Task It_starts_at_once_when_what_it_depends_on_runs()
    {
        var db = await Start(Sleeps);

        var api = await Start(Sleeps with { DependsOn = [new(db.Id)] });

        api.ShouldBeRunning();
        api.BlockedBy.ShouldBeNull();
    }

    [Fact]
    public async Task It_waits_for_one_that_is_not_started_and_says_so_until_that_runs()
    {
        var db = await Declare(Sleeps);

        var api = await Start(Sleeps with { DependsOn = [new(db.Id)] });

        (api.Phase, api.Goal, api.Run, api.OsPid).ShouldBe((Phase.Waiting, Goal.Up, 1, null));
        api.BlockedBy.ShouldBe($"{db.Id}, which is not started");
        await Manager.StartAsync(db.Id, Cancel);
        var up = await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        up.ShouldBeRunning();
        (up.Run, up.Attempt, up.BlockedBy).ShouldBe((1, 1, null));
        (await EventsUntil(api.Id, EventType.Ready)).ShouldTell(EventType.Created, EventType.Waiting, EventType.Starting, EventType.Started, EventType.Ready);
    }

    [Fact]
    public async Task A_chain_starts_one_after_the_other()
    {
        var release = Path.Combine(Directory, "release");
        var job = await Start(Scripts.Shell($"while [ ! -e '{release}' ]; do sleep 0.02; done"));
        var middle = await Start(Sleeps with { DependsOn = [new(job.Id, DependencyCondition.CompletedSuccessfully)] });
        var last = await Start(Sleeps with { DependsOn = [new(middle.Id, DependencyCondition.Running)] });
        middle.BlockedBy.ShouldBe($"{job.Id}, which has not completed successfully yet");
        last.BlockedBy.ShouldBe($"{middle.Id}, which is not running yet");

        await File.WriteAllTextAsync(release, "", Cancel);

        var up = await Manager.WaitAsync(last.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);
        var before = (await Manager.GetAsync(middle.Id, Cancel)).ShouldBeRunning();
        var done = await Manager.GetAsync(job.Id, Cancel);
        up.StartedAt!.Value.ShouldBeGreaterThanOrEqualTo(before.StartedAt!.Value);
        before.StartedAt!.Value.ShouldBeGreaterThanOrEqualTo(done.EndedAt!.Value);
    }

    public static TheoryData<DependencyCondition?, int, EndReason?> Ends => new()
    {
        { null, 0, null },
        { null, 3, EndReason.DependencyFailed },
        { DependencyCondition.Running, 0, null },
        { DependencyCondition.Running, 3, EndReason.DependencyFailed },
        { DependencyCondition.Healthy, 0, null },
        { DependencyCondition.Started, 3, null },
        { DependencyCondition.Completed, 0, null },
        { DependencyCondition.Completed, 3, null },
        { DependencyCondition.CompletedSuccessfully, 0, null },
        { DependencyCondition.CompletedSuccessfully, 3, EndReason.DependencyFailed },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_has_ended_decides_by_how_it_ended(DependencyCondition? condition, int code, EndReason? fails)
    {
        var job = await Start(Scripts.Exits(code));
        await Ended(job.Id);
        var spec = Sleeps with { Id = NewId(), DependsOn = [new(job.Id, condition)] };

        if (fails is null)
        {
            (await Start(spec)).ShouldBeRunning();
            return;
        }

        var error = await Refused(ErrorCode.DependencyFailed, () => Start(spec));
        error.Message.ShouldBe($"its dependency \"{job.Id}\" exited with 3 (Failed)");
        var info = (await Manager.GetAsync(spec.Id.Value, Cancel)).ShouldBeDown(fails.Value);
        info.LastError.ShouldBe(new ErrorInfo(ErrorCode.DependencyFailed, error.Message));
        (await EventsUntil(spec.Id.Value, EventType.Terminated)).ShouldTell(EventType.Waiting, EventType.StartFailed, EventType.Terminated);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task The_exit_codes_that_count_can_be_named(int code, bool starts)
    {
        var job = await Start(Scripts.Exits(code));
        await Ended(job.Id);

        Task<ProcessInfo> StartIt() =>
            Start(Sleeps with { DependsOn = [new(job.Id, DependencyCondition.CompletedSuccessfully) { ExitCodes = [3] }] });

        if (starts)
        {
            (await StartIt()).ShouldBeRunning();
        }
        else
        {
            await Refused(ErrorCode.DependencyFailed, StartIt);
        }
    }

    [Fact]
    public async Task One_that_fails_while_it_is_waited_for_fails_all_that_wait_each_naming_it()
    {
        var release = Path.Combine(Directory, "release");
        var db = await Start(Scripts.Shell($"while [ ! -e '{release}' ]; do sleep 0.02; done; exit 7"));
        var api = await Start(Sleeps with { DependsOn = [new(db.Id, DependencyCondition.CompletedSuccessfully)] });
        var web = await Start(Sleeps with { DependsOn = [new(api.Id)] });
        var page = await Start(Sleeps with { DependsOn = [new(web.Id)] });

        await File.WriteAllTextAsync(release, "", Cancel);

        (await Ended(api.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message.ShouldBe($"its dependency \"{db.Id}\" exited with 7 (Failed)");
        (await Ended(web.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message
            .ShouldBe($"its dependency \"{api.Id}\" was not started: its dependency \"{db.Id}\" exited with 7 (Failed)");
        (await Ended(page.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message
            .ShouldBe($"its dependency \"{web.Id}\" was not started: its dependency \"{db.Id}\" exited with 7 (Failed)");
    }

    [Fact]
    public async Task One_that_its_policy_starts_again_has_not_failed_for_good()
    {
        var marker = Path.Combine(Directory, "second");
        var job = await Declare(Scripts.Shell($"if [ -e '{marker}' ]; then exit 0; fi; touch '{marker}'; exit 1") with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromMilliseconds(20), Jitter = 0 },
        });
        var api = await Start(Sleeps with { DependsOn = [new(job.Id, DependencyCondition.CompletedSuccessfully)] });

        await Manager.StartAsync(job.Id, Cancel);

        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
        (await Manager.GetAsync(job.Id, Cancel)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task One_that_was_stopped_is_waited_for_until_it_is_started_again()
    {
        var db = await Start(Sleeps);
        await Stopped(db.Id);

        var api = await Start(Sleeps with { DependsOn = [new(db.Id)] });

        api.BlockedBy.ShouldBe($"{db.Id}, which is not started");
        await Manager.StartAsync(db.Id, Cancel);
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task It_waits_no_longer_than_its_timeout()
    {
        var db = await Declare(Sleeps);

        var api = await Start(Sleeps with { DependsOn = [new(db.Id) { Timeout = TimeSpan.FromSeconds(3) }] });

        (await Ended(api.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message
            .ShouldBe($"its dependency \"{db.Id}\", which is not started, had 3s to get there");
    }

    [Fact]
    public async Task An_optional_one_is_waited_for_only_while_it_is_up()
    {
        var (missing, down, failed) = (NewId(), await Declare(Sleeps), await Start(Scripts.Exits(1)));
        await Ended(failed.Id);
        var starting = await Start(Sleeps);

        var api = await Start(Sleeps with
        {
            DependsOn =
            [
                new(missing) { Optional = true },
                new(down.Id) { Optional = true },
                new(failed.Id) { Optional = true },
                new(starting.Id, DependencyCondition.Completed) { Optional = true },
            ],
        });

        api.BlockedBy.ShouldBe($"{starting.Id}, which has not completed yet");
        OsProcess.Of(starting.OsPid!.Value).Signal(Signal.Kill);
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task An_optional_one_that_is_late_is_passed_over()
    {
        var job = await Start(Sleeps);

        var api = await Start(Sleeps with
        {
            DependsOn = [new(job.Id, DependencyCondition.Completed) { Optional = true, Timeout = TimeSpan.FromSeconds(3) }],
        });

        api.BlockedBy.ShouldBe($"{job.Id}, which has not completed yet");
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task A_line_can_be_waited_for()
    {
        var release = Path.Combine(Directory, "release");
        var db = await Start(Scripts.Shell($"echo warming up; while [ ! -e '{release}' ]; do sleep 0.02; done; echo 'port 5432 is open'; exec sleep 1000"));
        var api = await Start(Sleeps with { DependsOn = [new(db.Id, DependencyCondition.LogLine) { Pattern = "port [0-9]+ is open" }] });
        api.BlockedBy.ShouldBe($"{db.Id}, which has not written a line that matches \"port [0-9]+ is open\" yet");

        await File.WriteAllTextAsync(release, "", Cancel);

        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
        (await Start(Sleeps with { DependsOn = [new(db.Id, DependencyCondition.LogLine) { Pattern = "^warming" }] }))
            .Phase.ShouldBeOneOf(Phase.Waiting, Phase.Starting, Phase.Running);
    }

    [Fact]
    public async Task A_line_that_is_never_written_fails_who_waits_when_the_other_has_ended()
    {
        var release = Path.Combine(Directory, "release");
        var job = await Start(Scripts.Shell($"while [ ! -e '{release}' ]; do sleep 0.02; done; echo no"));
        var api = await Start(Sleeps with { DependsOn = [new(job.Id, DependencyCondition.LogLine) { Pattern = "yes" }] });

        await File.WriteAllTextAsync(release, "", Cancel);

        (await Ended(api.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError!.Message
            .ShouldBe($"its dependency \"{job.Id}\" completed without writing a line that matches \"yes\"");
    }

    [Fact]
    public async Task A_line_of_an_ended_run_counts()
    {
        var job = await Start(Scripts.Shell("echo done"));
        await Ended(job.Id);

        var api = await Start(Sleeps with { DependsOn = [new(job.Id, DependencyCondition.LogLine) { Pattern = "done" }] });

        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task Nothing_is_made_of_a_spec_that_depends_on_what_is_not_there()
    {
        var (id, missing) = (NewId(), NewId());

        var error = await Refused(ErrorCode.DependencyMissing, () => Start(Sleeps with { Id = id, DependsOn = [new(missing)] }));

        error.Message.ShouldContain(missing.Value);
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
    }

    [Fact]
    public async Task Waiting_for_each_other_is_refused_and_the_way_around_is_told()
    {
        var a = await Declare(Sleeps);
        var b = await Declare(Sleeps with { DependsOn = [new(a.Id)] });
        var c = await Declare(Sleeps with { DependsOn = [new(b.Id)] });

        var error = await Refused(ErrorCode.DependencyCycle, () => Manager.UpdateAsync(Sleeps with { Id = a.Id, DependsOn = [new(c.Id)] }, null, Cancel));

        error.Message.ShouldContain($"{a.Id} → {c.Id} → {b.Id} → {a.Id}");
        (await Manager.GetSpecAsync(a.Id, Cancel)).DependsOn.ShouldBeEmpty();
        var alone = NewId();
        await Refused(ErrorCode.DependencyCycle, () => Start(Sleeps with { Id = alone, DependsOn = [new(alone)] }));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(alone, Cancel));
    }

    [Fact]
    public async Task A_stop_ends_the_wait_and_a_restart_begins_it_anew()
    {
        var db = await Declare(Sleeps);
        var api = await Start(Sleeps with { DependsOn = [new(db.Id)] });

        var down = await Stopped(api.Id);
        down.IsDown().ShouldBeTrue($"{down}");
        down.BlockedBy.ShouldBeNull();

        (await Manager.StartAsync(api.Id, Cancel)).BlockedBy.ShouldNotBeNull();
        var again = await Manager.RestartAsync(api.Id, null, Cancel);
        (again.Run, again.Phase, again.BlockedBy).ShouldBe((3, Phase.Waiting, $"{db.Id}, which is not started"));
        await Manager.StartAsync(db.Id, Cancel);
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).Run.ShouldBe(3);
    }

    [Fact]
    public async Task An_update_while_it_waits_changes_what_it_waits_for()
    {
        var (db, cache) = (await Declare(Sleeps), await Declare(Sleeps));
        var spec = Sleeps with { DependsOn = [new(db.Id)] };
        var api = await Start(spec);
        spec = spec with { Id = api.Id };

        await Manager.UpdateAsync(spec with { DependsOn = [new(cache.Id)] }, null, Cancel);
        (await Until(api.Id, "waiting for the other", info => info.BlockedBy == $"{cache.Id}, which is not started")).Run.ShouldBe(1);

        await Manager.UpdateAsync(spec with { DependsOn = [] }, null, Cancel);
        (await Manager.WaitAsync(api.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning().Run.ShouldBe(1);
    }

    [Fact]
    public async Task Of_one_that_runs_an_update_of_what_it_depends_on_leaves_the_child_alone()
    {
        var (db, api) = (await Start(Sleeps), await Start(Sleeps));
        var spec = Sleeps with { Id = api.Id, DependsOn = [new(db.Id)] };

        (await Manager.PlanAsync(spec, Cancel)).ShouldBe(new UpdatePlan(UpdateEffect.InPlace, ["dependsOn"]));
        (await Manager.UpdateAsync(spec, null, Cancel)).OsPid.ShouldBe(api.OsPid);
        (await Manager.GetSpecAsync(api.Id, Cancel)).DependsOn.ShouldBe([new(db.Id)]);
    }

    [Fact]
    public async Task What_is_removed_fails_who_waits_for_it_and_leaves_who_runs_alone()
    {
        var db = await Declare(Sleeps);
        var waiting = await Start(Sleeps with { DependsOn = [new(db.Id)] });
        var cache = await Start(Sleeps);
        var running = await Start(Sleeps with { DependsOn = [new(cache.Id)] });

        await Manager.RemoveAsync(db.Id, null, Cancel);
        await Manager.RemoveAsync(cache.Id, null, Cancel);

        (await Ended(waiting.Id)).ShouldBeDown(EndReason.DependencyFailed).LastError.ShouldBe(
            new ErrorInfo(ErrorCode.DependencyMissing, $"its dependency \"{db.Id}\" was removed"));
        (await Manager.GetAsync(running.Id, Cancel)).OsPid.ShouldBe(running.OsPid);
        (await Refused(ErrorCode.DependencyMissing, async () => await RestartedAsync(running.Id))).Message.ShouldContain(cache.Id.Value);
    }

    [Fact]
    public async Task A_restart_by_policy_waits_for_nothing_again()
    {
        var db = await Start(Sleeps);
        var api = await Start(Sleeps with
        {
            DependsOn = [new(db.Id)],
            Restart = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMilliseconds(20), Jitter = 0 },
        });
        await Stopped(db.Id);

        OsProcess.Of(api.OsPid!.Value).Signal(Signal.Kill);

        await Until(api.Id, "running again", info => info is { Phase: Phase.Running, Attempt: 2 });
    }

    private async Task<ProcessInfo> RestartedAsync(ProcessId id) => await Manager.RestartAsync(id, new StopOptions { Wait = true }, Cancel);
}
