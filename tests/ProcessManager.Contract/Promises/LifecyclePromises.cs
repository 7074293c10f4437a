using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>
/// What the description of a process manager in the manner of kubelet's pod workers promises: immutable transitions, lost-free updates, interruption, graceful
/// termination, reconciliation, back-off. Its "syncing" is our Running.
/// </summary>
public abstract class LifecyclePromises(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly RestartPolicy Quick = new() { When = RestartWhen.OnFailure, Delay = TimeSpan.FromMilliseconds(20), Factor = 2, Jitter = 0, Max = 4 };

    [Fact]
    public async Task A_process_goes_from_starting_to_finished_and_never_back()
    {
        var info = await Start(Scripts.Sleeps);
        await Stopped(info.Id);
        await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Finished }, Cancel);

        var told = await EventsUntil(info.Id, EventType.Finished);

        told.ShouldTell(EventType.Starting, EventType.Started, EventType.Ready, EventType.Stopping, EventType.Stopped, EventType.Terminated, EventType.Finished);
        told.Count(one => one.Type is EventType.Starting or EventType.Terminated or EventType.Finished).ShouldBe(3);
    }

    [Fact]
    public async Task Of_updates_while_it_is_busy_the_last_one_is_in_force()
    {
        var spec = Scripts.Shell("echo $1; exec sleep 1000") with { Id = NewId(), Args = ["0"] };
        await Start(spec);

        for (var number = 1; number <= 10; number++)
        {
            await Manager.UpdateAsync(spec with { Args = [$"{number}"] }, cancellationToken: Cancel);
        }

        await OutputUntil(spec.Id.Value, "10\n");
        (await Until(spec.Id.Value, "running", now => now.Phase == Phase.Running)).Args.ShouldBe(["10"]);
    }

    [Fact]
    public async Task One_that_fails_affects_no_other()
    {
        var steady = await Start(Scripts.Sleeps);

        var failing = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Start(Scripts.Exits(1) with { Restart = Quick })));
        await Task.WhenAll(failing.Select(info => Ended(info.Id)));

        var now = await Manager.GetAsync(steady.Id, Cancel);
        (now.OsPid, now.RestartCount, now.Healthy).ShouldBe((steady.OsPid, 0, true));
    }

    [Fact]
    public async Task A_termination_interrupts_a_back_off_and_a_start_that_waits()
    {
        var backingOff = await Start(Scripts.Exits(1) with { Restart = Quick with { Delay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) } });
        await Until(backingOff.Id, "backing off", now => now.Phase == Phase.BackingOff);
        var starting = await Start(Scripts.Sleeps with
        {
            Ready = new ReadySpec { By = ReadyBy.LogLine, LogLine = "never" },
        });
        starting.Phase.ShouldBe(Phase.Starting);

        (await Stopped(backingOff.Id)).IsDown().ShouldBeTrue();
        (await Stopped(starting.Id)).IsDown().ShouldBeTrue();
    }

    [Fact]
    public async Task The_grace_period_is_enforced_and_only_ever_gets_shorter()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        await Manager.StopAsync(info.Id, new StopOptions { Grace = TimeSpan.FromHours(1) }, Cancel);
        await Manager.StopAsync(info.Id, new StopOptions { Grace = TimeSpan.FromMilliseconds(200) }, Cancel);

        var down = await Stopped(info.Id, TimeSpan.FromHours(1));

        down.ShouldBeDown(EndReason.Stopped).Signal.ShouldBe(Signal.Kill);
    }

    [Fact]
    public async Task Who_waits_for_a_termination_is_told_of_it_once_it_is_complete()
    {
        var info = await StartSaying("ready", Scripts.Tree(Directory));
        var members = (await File.ReadAllLinesAsync(Path.Combine(Directory, "pids"), Cancel))
            .Select(line => OsProcess.Of(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))).ToList();
        var waiting = Enumerable.Range(0, 5).Select(_ => Ended(info.Id)).ToList();

        await Manager.StopAsync(info.Id, new StopOptions { Grace = TimeSpan.FromMilliseconds(300) }, Cancel);

        (await Task.WhenAll(waiting)).ShouldAllBe(down => down.IsDown());
        members.ShouldAllBe(member => !member.IsAlive);
    }

    [Fact]
    public async Task What_is_not_desired_any_more_is_terminated_and_removed()
    {
        var group = $"g-{Guid.NewGuid().ToString("N")[..8]}";
        var desired = await Start(Scripts.Sleeps with { Group = group });
        var orphan = await Start(Scripts.Sleeps with { Group = group });

        var outcome = await Manager.SyncKnownAsync(new SyncScope { Group = group, Known = [desired.Id] }, Cancel);

        (outcome.Kept, outcome.Orphans).ShouldBe(([desired.Id], [orphan.Id]));
        await Patience.Until("the orphan forgotten", async () =>
        {
            try
            {
                return (await Manager.GetAsync(orphan.Id, Cancel)).Phase.ToString();
            }
            catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
            {
                return "gone";
            }
        }, phase => phase == "gone");
        (await Manager.GetAsync(desired.Id, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task Each_failure_in_a_row_waits_longer_by_up_to_a_quarter_of_jitter()
    {
        var info = await Start(Scripts.Exits(1) with { Restart = Quick with { Delay = TimeSpan.FromMilliseconds(100), Jitter = 0.25 } });

        var waits = (await EventsUntil(info.Id, EventType.GaveUp)).Where(told => told.Type == EventType.BackingOff).ToList();

        waits.Count.ShouldBe(4);
        foreach (var (number, told) in waits.Index())
        {
            var wait = (told.Data.NextStartAt!.Value - told.Time).TotalMilliseconds;
            wait.ShouldBeInRange((75 * Math.Pow(2, number)) - 2, (125 * Math.Pow(2, number)) + 2);
        }
    }

    [Fact]
    public async Task Its_state_health_restarts_and_last_error_can_be_asked_for()
    {
        var info = await Start(Scripts.Exits(1) with { Restart = Quick with { Max = null, Delay = TimeSpan.FromMilliseconds(5), Factor = 1 } });

        var now = await Until(info.Id, "its 6th failure", now => now.ConsecutiveFailures >= 6);

        now.Healthy.ShouldBeFalse();
        now.RestartCount.ShouldBeGreaterThanOrEqualTo(5);
        now.Reason.ShouldBe(EndReason.Failed);
        var missing = NewId();
        await Refused(ErrorCode.CommandNotFound, () => Start(new ProcessSpec { Id = missing, Command = "no-such-command" }));
        (await Manager.GetAsync(missing, Cancel)).LastError!.Code.ShouldBe(ErrorCode.CommandNotFound);
    }

    [Fact]
    public async Task One_that_reaches_its_end_is_terminated_and_not_started_again()
    {
        var info = await Start(Scripts.Exits(0) with { Restart = Quick });

        (await Ended(info.Id)).ShouldBeDown(EndReason.Completed).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Whether_it_is_terminated_or_finished_can_be_asked_for_and_waited_for()
    {
        var info = await Start(Scripts.Exits(0));

        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Terminated }, Cancel)).IsDown().ShouldBeTrue();
        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Finished }, Cancel)).Phase.ShouldBe(Phase.Finished);
    }

    [Fact]
    public async Task A_hundred_run_at_the_same_time()
    {
        var infos = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Start(Scripts.Sleeps with { Id = ProcessId.Parse($"{NewId()}-{number}") })));

        infos.ShouldAllBe(info => info.Phase == Phase.Running);
        infos.Select(info => info.OsPid).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task Fifty_are_created_and_destroyed_in_quick_succession()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            var id = ProcessId.Parse($"{NewId()}-{number}");
            await Start(Scripts.Sleeps with { Id = id });
            await Manager.RemoveAsync(id, new StopOptions { Grace = TimeSpan.Zero }, Cancel);
            await Refused(ErrorCode.NotFound, () => Manager.GetAsync(id, Cancel));
        }));
    }

    [Fact]
    public async Task The_manager_tells_how_it_is()
    {
        await Start(Scripts.Sleeps);

        var health = await Manager.GetHealthAsync(Cancel);

        health.Ready.ShouldBeTrue();
        health.Total.ShouldBeGreaterThan(0);
    }
}
