using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class SignallingSpecs(IManagerHost host) : ManagerSpecs(host)
{
    private static readonly Signal Usr1 = new(10);

    [Fact]
    public async Task A_signal_goes_to_the_main_child_alone()
    {
        var info = await StartFamily();

        await Manager.SignalAsync(info.Id, Usr1, cancellationToken: Cancel);

        await OutputUntil(info.Id, "main heard");
        await Manager.SignalAsync(info.Id, Usr1, cancellationToken: Cancel);
        await Patience.Until("a second word of main", () => Output(info.Id), output => output.Split("main heard").Length == 3);
        (await Output(info.Id)).ShouldNotContain("child heard");
    }

    [Fact]
    public async Task A_signal_to_the_tree_goes_to_all()
    {
        var info = await StartFamily();

        await Manager.SignalAsync(info.Id, Usr1, tree: true, Cancel);

        await OutputUntil(info.Id, "main heard");
        await OutputUntil(info.Id, "child heard");
    }

    [Fact]
    public async Task One_that_ends_by_a_signal_sent_through_the_manager_was_signaled_and_not_stopped()
    {
        var info = await Start(Scripts.Sleeps);

        await Manager.SignalAsync(info.Id, Signal.Hup, cancellationToken: Cancel);

        var down = await Ended(info.Id);
        down.ShouldBeDown(EndReason.Signaled);
        (down.Signal, down.ExitCode).ShouldBe((Signal.Hup, 129));
    }

    [Fact]
    public async Task Suspend_stops_the_tree_and_resume_lets_it_go_on()
    {
        var info = await Start(Scripts.Sleeps);

        await Manager.SuspendAsync(info.Id, Cancel);
        await Patience.Until("stopped", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State == OsState.Stopped);
        (await Manager.GetAsync(info.Id, Cancel)).ShouldBeRunning().OsPid.ShouldBe(info.OsPid);

        await Manager.ResumeAsync(info.Id, Cancel);
        await Patience.Until("sleeping", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State == OsState.Sleeping);
    }

    [Fact]
    public async Task A_suspended_one_stops_by_SIGTERM_like_any_other()
    {
        var info = await Start(Scripts.Sleeps);
        await Manager.SuspendAsync(info.Id, Cancel);
        await Patience.Until("stopped", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State == OsState.Stopped);

        var down = await Stopped(info.Id, TimeSpan.FromMinutes(5));

        down.ShouldBeDown(EndReason.Stopped).Signal.ShouldBe(Signal.Term);
    }

    [Fact]
    public async Task What_is_not_up_takes_no_signal_and_the_answer_names_its_phase()
    {
        var created = (await Declare(Scripts.Sleeps)).Id;
        var ended = (await Start(Scripts.Exits(0))).Id;
        await Manager.WaitAsync(ended, new WaitOptions { For = WaitFor.Finished }, Cancel);

        foreach (var id in new[] { created, ended })
        {
            var phase = (await Manager.GetAsync(id, Cancel)).Phase.ToString();
            Func<Task>[] verbs =
            [
                () => Manager.SignalAsync(id, Signal.Hup, cancellationToken: Cancel),
                () => Manager.SignalAsync(id, Signal.Hup, tree: true, Cancel),
                () => Manager.SuspendAsync(id, Cancel),
                () => Manager.ResumeAsync(id, Cancel),
                () => Manager.GetMetricsAsync(id, Cancel),
            ];
            foreach (var verb in verbs)
            {
                (await Refused(ErrorCode.InvalidState, verb)).Message.ShouldContain(phase, Case.Insensitive);
            }
        }
    }

    [Fact]
    public async Task A_number_that_is_no_signal_is_refused()
    {
        var info = await Start(Scripts.Sleeps);

        await Refused(ErrorCode.InvalidSpec, () => Manager.SignalAsync(info.Id, new Signal(0), cancellationToken: Cancel));
        await Refused(ErrorCode.InvalidSpec, () => Manager.SignalAsync(info.Id, new Signal(65), cancellationToken: Cancel));

        OsProcess.Of(info.OsPid!.Value).IsAlive.ShouldBeTrue();
    }

    [Fact]
    public async Task The_status_is_what_the_kernel_says_now()
    {
        var info = await Start(Scripts.Sleeps);

        var status = await Patience.Until("sleeping", () => Manager.GetStatusAsync(info.Id, Cancel), status => status.State == OsState.Sleeping);

        status.OsPid.ShouldBe(info.OsPid);
        status.ParentOsPid.ShouldNotBeNull();
        status.Threads.ShouldBe(1);
        status.Uids.Count.ShouldBe(4);
        status.Gids.Count.ShouldBe(4);
        status.MemoryBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_a_child_the_status_is_the_record_s_own()
    {
        var created = await Declare(Scripts.Sleeps);
        var ended = await Start(Scripts.Exits(0));
        await Ended(ended.Id);

        var (before, after) = (await Manager.GetStatusAsync(created.Id, Cancel), await Manager.GetStatusAsync(ended.Id, Cancel));

        (before.State, before.OsPid).ShouldBe((OsState.Initial, null));
        (after.State, after.OsPid).ShouldBe((OsState.Terminated, null));
    }

    private Task<ProcessInfo> StartFamily() => StartSaying("ready", Scripts.Shell(
        """
        sh -c 'trap "echo child heard" USR1; echo > child; while :; do sleep 0.05 & wait $!; done' &
        trap "echo main heard" USR1
        while [ ! -e child ]; do sleep 0.02; done
        echo ready
        while :; do sleep 0.05 & wait $!; done
        """) with
    {
        WorkingDirectory = Directory,
    });
}
