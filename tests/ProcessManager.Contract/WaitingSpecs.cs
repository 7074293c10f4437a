using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class WaitingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Ten_callers_that_wait_get_the_same_answer_each()
    {
        var info = await Start(Scripts.Sleeps);
        var waits = Enumerable.Range(0, 10).Select(_ => Ended(info.Id)).ToList();

        OsProcess.Of(info.OsPid!.Value).Signal(Signal.Term);

        var answers = await Task.WhenAll(waits);
        answers.ShouldAllBe(down => down.Run == 1 && down.Reason == EndReason.Signaled && down.Signal == Signal.Term && down.ExitCode == 143);
    }

    [Fact]
    public async Task The_timeout_of_a_wait_ends_the_wait_alone()
    {
        var info = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.DeadlineExceeded, () => Manager.WaitAsync(info.Id, new WaitOptions { Timeout = TimeSpan.FromMilliseconds(50) }, Cancel));

        var now = await Manager.GetAsync(info.Id, Cancel);
        now.ShouldBeRunning().OsPid.ShouldBe(info.OsPid);
        now.Goal.ShouldBe(Goal.Up);
    }

    [Fact]
    public async Task One_wait_that_times_out_or_is_cancelled_leaves_the_others_waiting()
    {
        var info = await Start(Scripts.Sleeps);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var patient = Ended(info.Id);
        var cancelled = Manager.WaitAsync(info.Id, new WaitOptions(), impatient.Token);

        await Refused(ErrorCode.DeadlineExceeded, () => Manager.WaitAsync(info.Id, new WaitOptions { Timeout = TimeSpan.FromMilliseconds(50) }, Cancel));
        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        patient.IsCompleted.ShouldBeFalse();
        await Stopped(info.Id);
        (await patient).ShouldBeDown(EndReason.Stopped);
    }

    [Fact]
    public async Task A_late_asker_for_an_old_run_is_answered_from_the_record()
    {
        var file = Path.Combine(Directory, "code");
        await File.WriteAllTextAsync(file, "3", Cancel);
        var info = await Start(Scripts.Shell("read code < \"$1\"; exit $code") with { Args = [file] });
        await Ended(info.Id);
        await File.WriteAllTextAsync(file, "4", Cancel);
        await Manager.StartAsync(info.Id, Cancel);
        await Ended(info.Id);

        var first = await Manager.WaitAsync(info.Id, new WaitOptions { Run = 1 }, Cancel);
        var second = await Manager.WaitAsync(info.Id, new WaitOptions { Run = 2 }, Cancel);

        (first.Run, first.ExitCode, first.Reason).ShouldBe((1, 3, EndReason.Failed));
        (second.Run, second.ExitCode, second.Reason).ShouldBe((2, 4, EndReason.Failed));
    }

    [Fact]
    public async Task An_old_run_is_over_also_while_a_newer_one_is_up()
    {
        var info = await Start(Scripts.Sleeps);
        var first = Manager.WaitAsync(info.Id, new WaitOptions { Run = 1 }, Cancel);
        await Manager.RestartAsync(info.Id, new StopOptions { Wait = true }, Cancel);

        (await first).Reason.ShouldBe(EndReason.Stopped);
        (await Manager.WaitAsync(info.Id, new WaitOptions { Run = 1 }, Cancel)).Reason.ShouldBe(EndReason.Stopped);
        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning().Run.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_that_was_never_opened_is_not_found()
    {
        var info = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.NotFound, () => Manager.WaitAsync(info.Id, new WaitOptions { Run = 7 }, Cancel));
    }

    [Fact]
    public async Task What_never_started_or_has_ended_answers_at_once_by_its_state()
    {
        var created = await Declare(Scripts.Sleeps);
        var ended = await Start(Scripts.Exits(4));
        await Ended(ended.Id);

        foreach (var wanted in Enum.GetValues<WaitFor>())
        {
            (await Manager.WaitAsync(created.Id, new WaitOptions { For = wanted }, Cancel)).Phase.ShouldBe(Phase.Created);
            (await Manager.WaitAsync(ended.Id, new WaitOptions { For = wanted }, Cancel)).ShouldBeDown(EndReason.Failed).ExitCode.ShouldBe(4);
        }
    }

    [Fact]
    public async Task A_wait_for_ready_is_answered_when_it_runs()
    {
        var info = await Start(Scripts.Sleeps);

        (await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel)).ShouldBeRunning().Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task A_wait_for_ready_goes_through_the_attempts_that_fail()
    {
        var info = await Start(Scripts.Shell("[ -e there ] && exec sleep 1000; exit 1") with
        {
            WorkingDirectory = Directory,
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Delay = TimeSpan.FromSeconds(2), Jitter = 0 },
        });
        await Until(info.Id, "backing off", now => now.Phase == Phase.BackingOff);
        await File.WriteAllTextAsync(Path.Combine(Directory, "there"), "", Cancel);

        var ready = await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Ready }, Cancel);

        ready.ShouldBeRunning().Attempt.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task A_wait_for_the_end_counts_the_restarts_in()
    {
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 2, Delay = TimeSpan.FromMilliseconds(20) },
        });

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.Failed).Attempt.ShouldBe(3);
    }

    [Fact]
    public async Task A_wait_for_finished_is_answered_when_it_is_cleaned_up()
    {
        var info = await Start(Scripts.Exits(0));

        var finished = await Manager.WaitAsync(info.Id, new WaitOptions { For = WaitFor.Finished }, Cancel);

        finished.Phase.ShouldBe(Phase.Finished);
        (await EventsUntil(info.Id, EventType.Finished)).ShouldTell(EventType.Exited, EventType.Terminated, EventType.Finished);
    }

    [Fact]
    public async Task A_wait_for_one_that_is_removed_ends()
    {
        var info = await Start(Scripts.Sleeps);
        var wait = Ended(info.Id);

        await Manager.RemoveAsync(info.Id, cancellationToken: Cancel);

        // By its end, which comes before it is forgotten, or by NotFound for one who asked too late to see that.
        try
        {
            (await wait).ShouldBeDown(EndReason.Stopped);
        }
        catch (ProcessManagerException error)
        {
            error.Code.ShouldBe(ErrorCode.NotFound);
        }
    }

    [Fact]
    public async Task A_timeout_of_zero_is_refused()
    {
        var info = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.InvalidSpec, () => Manager.WaitAsync(info.Id, new WaitOptions { Timeout = TimeSpan.Zero }, Cancel));
    }
}
