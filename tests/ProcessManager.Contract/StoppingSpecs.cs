using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class StoppingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_stop_ends_it_by_SIGTERM()
    {
        var info = await Start(Scripts.Sleeps);
        var child = OsProcess.Of(info.OsPid!.Value);

        var down = await Stopped(info.Id);

        down.ShouldBeDown(EndReason.Stopped);
        (down.Goal, down.Signal, down.ExitCode).ShouldBe((Goal.Down, Signal.Term, 143));
        child.IsAlive.ShouldBeFalse();
        (await EventsUntil(info.Id, EventType.Terminated)).ShouldTell(EventType.Started, EventType.Stopping, EventType.Stopped, EventType.Terminated);
    }

    [Fact]
    public async Task A_stop_that_does_not_wait_answers_while_it_ends()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);

        var stopping = await Manager.StopAsync(info.Id, new StopOptions { Grace = Long }, Cancel);

        (stopping.Phase, stopping.Goal).ShouldBe((Phase.Terminating, Goal.Down));
        stopping.OsPid.ShouldBe(info.OsPid);
    }

    [Fact]
    public async Task The_signal_of_the_spec_is_sent_and_an_exit_code_of_its_own_is_kept()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done") with
        {
            Stop = new StopSpec { Signal = Signal.Int },
        });

        var down = await Stopped(info.Id);

        down.ShouldBeDown(EndReason.Stopped);
        (down.ExitCode, down.Signal).ShouldBe((7, null));
    }

    [Fact]
    public async Task What_is_left_after_the_grace_is_killed_and_that_is_still_a_stop()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);

        var down = await Stopped(info.Id, TimeSpan.FromMilliseconds(200));

        down.ShouldBeDown(EndReason.Stopped);
        (down.Signal, down.ExitCode).ShouldBe((Signal.Kill, 137));
    }

    [Fact]
    public async Task No_grace_is_SIGKILL_at_once()
    {
        var info = await Start(Scripts.Sleeps);

        var down = await Stopped(info.Id, TimeSpan.Zero);

        down.ShouldBeDown(EndReason.Stopped);
        down.Signal.ShouldBe(Signal.Kill);
    }

    [Fact]
    public async Task A_kill_ends_it_by_SIGKILL_and_says_Killed()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);

        var down = await Manager.KillAsync(info.Id, wait: true, Cancel);

        down.ShouldBeDown(EndReason.Killed);
        (down.Signal, down.ExitCode, down.Goal).ShouldBe((Signal.Kill, 137, Goal.Down));
        (await EventsUntil(info.Id, EventType.Terminated)).ShouldTell(EventType.Started, EventType.Killed, EventType.Terminated);
    }

    [Fact]
    public async Task A_second_stop_with_less_grace_wins_at_once()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        var first = Manager.StopAsync(info.Id, new StopOptions { Grace = Long, Wait = true }, Cancel);
        await Until(info.Id, "terminating", now => now.Phase == Phase.Terminating);

        var second = await Stopped(info.Id, TimeSpan.FromMilliseconds(100));

        second.ShouldBeDown(EndReason.Stopped);
        (await first).ShouldBeDown(EndReason.Stopped);
    }

    [Fact]
    public async Task A_second_stop_with_more_grace_does_not_make_it_longer()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        await Manager.StopAsync(info.Id, new StopOptions { Grace = TimeSpan.FromSeconds(1) }, Cancel);

        var down = await Stopped(info.Id, Long);

        down.ShouldBeDown(EndReason.Stopped);
        down.Signal.ShouldBe(Signal.Kill);
    }

    [Fact]
    public async Task A_kill_while_a_stop_waits_ends_it_and_both_are_answered()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        var stop = Manager.StopAsync(info.Id, new StopOptions { Grace = Long, Wait = true }, Cancel);
        await Until(info.Id, "terminating", now => now.Phase == Phase.Terminating);

        var killed = await Manager.KillAsync(info.Id, wait: true, Cancel);

        killed.ShouldBeDown(EndReason.Killed);
        (await stop).ShouldBeDown(EndReason.Killed);
        (await EventsUntil(info.Id, EventType.Terminated)).Count(one => Expectations.Ends.Contains(one.Type)).ShouldBe(1);
    }

    [Fact]
    public async Task Stop_and_kill_of_what_is_not_up_only_set_the_goal()
    {
        var created = await Declare(Scripts.Sleeps);

        (await Stopped(created.Id)).Phase.ShouldBe(Phase.Created);
        (await Manager.KillAsync(created.Id, wait: true, Cancel)).Phase.ShouldBe(Phase.Created);

        var ran = await Start(Scripts.Exits(5));
        await Ended(ran.Id);
        (await Stopped(ran.Id)).ShouldBeDown(EndReason.Failed).ExitCode.ShouldBe(5);
        (await Manager.KillAsync(ran.Id, wait: true, Cancel)).ShouldBeDown(EndReason.Failed).Goal.ShouldBe(Goal.Down);
    }

    [Fact]
    public async Task A_stop_at_any_moment_of_its_life_leaves_it_down()
    {
        // From right with the create to well after it runs: the order to end is never lost, whatever phase it meets.
        for (var moment = 0; moment < 12; moment++)
        {
            var id = NewId();
            var create = Manager.CreateAsync(
                Scripts.Sleeps with { Id = id, Restart = new RestartPolicy { When = RestartWhen.Always } }, cancellationToken: Cancel);
            await Patience.Until("its record", () => Known(id), known => known);
            for (var turn = 0; turn < moment * 20; turn++)
            {
                await Task.Yield();
            }

            var down = await Stopped(id, TimeSpan.FromSeconds(5));
            await create;

            down.IsDown().ShouldBeTrue($"at moment {moment}: {down}");
            var now = await Manager.GetAsync(id, Cancel);
            (now.Goal, now.OsPid, now.IsDown()).ShouldBe((Goal.Down, null, true), $"at moment {moment}: {now}");
        }
    }

    [Fact]
    public async Task A_stop_while_it_backs_off_ends_it_without_another_attempt()
    {
        var info = await Start(Scripts.Exits(1) with { Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromMinutes(1) } });
        var backingOff = await Until(info.Id, "backing off", now => now.Phase == Phase.BackingOff);
        backingOff.NextStartAt.ShouldNotBeNull();
        backingOff.OsPid.ShouldBeNull();

        var down = await Stopped(info.Id);

        down.IsDown().ShouldBeTrue($"{down}");
        (down.Goal, down.Attempt, down.NextStartAt).ShouldBe((Goal.Down, 1, null));
    }

    [Fact]
    public async Task A_stopped_one_is_not_restarted_whatever_the_policy()
    {
        var policy = new RestartPolicy { When = RestartWhen.Always, Delay = TimeSpan.FromMilliseconds(20), Jitter = 0 };
        var stopped = await Start(Scripts.Sleeps with { Restart = policy });
        var killed = await Start(Scripts.Sleeps with { Restart = policy });

        await Stopped(stopped.Id);
        await Manager.KillAsync(killed.Id, wait: true, Cancel);

        // One with the same policy that does come back shows that there was time enough.
        var control = await Start(Scripts.Exits(1) with { Restart = policy });
        await EventsUntil(control.Id, one => one is { Type: EventType.Started, Attempt: 3 }, "the third attempt");
        foreach (var id in new[] { stopped.Id, killed.Id })
        {
            var now = await Manager.GetAsync(id, Cancel);
            (now.Run, now.Attempt, now.Goal, now.IsDown()).ShouldBe((1, 1, Goal.Down, true), $"{now}");
        }
    }

    [Fact]
    public async Task The_stop_command_comes_first_in_the_environment_of_the_process()
    {
        var info = await StartSaying("ready", Scripts.Shell("trap 'exit 0' USR1; trap '' TERM; echo ready; while :; do sleep 0.05; done") with
        {
            WorkingDirectory = Directory,
            Environment = [new("WORD", "spoken")],
            Stop = new StopSpec { Command = "echo $WORD $PROCMAN_OSPID > said; kill -USR1 $PROCMAN_OSPID", Grace = Long },
        });

        var down = await Stopped(info.Id);

        down.ShouldBeDown(EndReason.Stopped);
        down.ExitCode.ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(Directory, "said"), Cancel)).ShouldBe($"spoken {info.OsPid}\n");
    }

    [Fact]
    public async Task A_stop_command_that_fails_or_hangs_does_not_keep_it_up()
    {
        var fails = await Start(Scripts.Sleeps with { Stop = new StopSpec { Command = "exit 3", Grace = TimeSpan.FromSeconds(5) } });
        var hangs = await Start(Scripts.Sleeps with { Stop = new StopSpec { Command = "sleep 1000", Grace = TimeSpan.FromSeconds(1) } });

        (await Stopped(fails.Id)).ShouldBeDown(EndReason.Stopped);
        (await Stopped(hangs.Id)).ShouldBeDown(EndReason.Stopped);
    }

    [Fact]
    public async Task A_negative_grace_is_refused()
    {
        var info = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.InvalidSpec, () => Stopped(info.Id, TimeSpan.FromSeconds(-1)));

        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task Cancelling_a_call_does_not_cancel_what_it_set_going()
    {
        var info = await StartSaying("ready", Scripts.IgnoresTerm);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var stop = Manager.StopAsync(info.Id, new StopOptions { Grace = TimeSpan.FromSeconds(1), Wait = true }, impatient.Token);
        await Until(info.Id, "terminating", now => now.Phase == Phase.Terminating);

        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => stop);
        (await Ended(info.Id)).ShouldBeDown(EndReason.Stopped);
    }

    private async Task<bool> Known(ProcessId id)
    {
        try
        {
            await Manager.GetAsync(id, Cancel);
            return true;
        }
        catch (ProcessManagerException error) when (error.Code == ErrorCode.NotFound)
        {
            return false;
        }
    }
}
