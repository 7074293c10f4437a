using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class EventsTold
{
    private static readonly ErrorInfo No = new(ErrorCode.StartFailed, "no");

    private static readonly Ladder Way = new(EndReason.Stopped, LadderStep.Signal, Life.Birth, KillMode.Tree, false);

    public static TheoryData<ProcessChange, EventType?> Changes => new()
    {
        { new ProcessChange.Created(Life.Birth), EventType.Created },
        { new ProcessChange.GoalSet(Goal.Up, false, Life.Birth), null },
        { new ProcessChange.Waiting(new Epoch(1, 2), new Blocker.StartToken(), Life.Birth), EventType.Waiting },
        { new ProcessChange.WaitsFor(new Blocker.StartToken(), Life.Birth), null },
        { new ProcessChange.Starting(new Epoch(1, 1), false, Life.Birth), EventType.Starting },
        { new ProcessChange.Starting(new Epoch(1, 2), true, Life.Birth), EventType.Restarted },
        { new ProcessChange.Started(Life.Child(new Epoch(1, 1)), Life.Birth, false, Life.Birth), EventType.Started },
        { new ProcessChange.Started(Life.Child(new Epoch(1, 1)), Life.Birth, true, Life.Birth), EventType.Adopted },
        { new ProcessChange.Respawning(Life.Birth), null },
        { new ProcessChange.Ready(Life.Birth), EventType.Ready },
        { new ProcessChange.Probed(ProbeKind.Liveness, ProbeStatus.Unknown, "no", Life.Birth), null },
        { new ProcessChange.Probed(ProbeKind.Liveness, ProbeStatus.Passing, null, Life.Birth), EventType.Healthy },
        { new ProcessChange.Probed(ProbeKind.Liveness, ProbeStatus.Failing, "no", Life.Birth), EventType.Unhealthy },
        { new ProcessChange.MainChanged(Life.Child(new Epoch(1, 2)), Life.Birth), null },
        { new ProcessChange.Noticed(ServiceStage.Reloading, "busy", null, Life.Birth), null },
        { new ProcessChange.StartFailed(No, Life.Birth), EventType.StartFailed },
        { new ProcessChange.Stopping(Way, true, Life.Birth), EventType.Stopping },
        { new ProcessChange.LadderMoved(Way, Life.Birth), null },
        { Ended(EndReason.Completed), EventType.Exited },
        { Ended(EndReason.Failed), EventType.Crashed },
        { Ended(EndReason.Signaled), EventType.Crashed },
        { Ended(EndReason.Stopped), EventType.Stopped },
        { Ended(EndReason.Killed), EventType.Killed },
        { Ended(EndReason.TimedOut), EventType.TimedOut },
        { Ended(EndReason.IdleTimedOut), EventType.TimedOut },
        { Ended(EndReason.OutOfMemory), EventType.Crashed },
        { Ended(EndReason.Unhealthy), EventType.Crashed },
        { Ended(EndReason.WatchdogExpired), EventType.Crashed },
        { Ended(EndReason.StartFailed), null },
        { Ended(EndReason.DependencyFailed), null },
        { Ended(EndReason.NodeLost), EventType.Lost },
        { Ended(EndReason.Unknown), EventType.Crashed },
        { new ProcessChange.BackingOff(Life.Birth, Life.Birth), EventType.BackingOff },
        { new ProcessChange.Swept([], Life.Birth), null },
        { new ProcessChange.GaveUp("enough", Life.Birth), EventType.GaveUp },
        { new ProcessChange.Terminated([], Life.Birth), EventType.Terminated },
        { new ProcessChange.Finished(Life.Birth), EventType.Finished },
        { new ProcessChange.SpecChanged(Life.Spec(), ["args"], Life.Birth), EventType.SpecChanged },
        { new ProcessChange.LogTruncated(LogStream.Stdout, 7, Life.Birth), EventType.LogTruncated },
        { new ProcessChange.RunsPurged(Life.Birth, Life.Birth), null },
        { new ProcessChange.NodeAway("n1", Life.Birth), EventType.Lost },
        { new ProcessChange.NodeReturned(Life.Birth), null },
        { new ProcessChange.Attaching(new Epoch(1, 1), new Attachment(Life.Child(new Epoch(1, 1)), false), Life.Birth), EventType.Starting },
        { new ProcessChange.Detaching(Life.Birth), null },
        { new ProcessChange.Scheduled(Life.Birth, Life.Birth), null },
        { new ProcessChange.HookFailed("onCrash", "no", Life.Birth), EventType.HookFailed },
        { new ProcessChange.NotDetached(No, Life.Birth), null },
        { new ProcessChange.Detached(null, Life.Birth), EventType.Detached },
        { new ProcessChange.Removed(Life.Birth), EventType.Removed },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_told_once_with_its_process_and_time(ProcessChange change, EventType? type)
    {
        var (state, events) = ProcessMachine.Apply(Life.Running().State, [change]);
        if (type is null)
        {
            events.ShouldBeEmpty();
            return;
        }

        var told = events.ShouldHaveSingleItem();
        (told.Type, told.Id, told.Time).ShouldBe((type.Value, state.Id, change.At));
        (told.Run, told.Attempt).ShouldBe((state.Epoch.Run, state.Epoch.Attempt));
    }

    [Fact]
    public void Every_change_and_every_reason_is_among_them()
    {
        var changes = Changes.Select(row => row.Data.Item1).ToList();
        var family = typeof(ProcessChange).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(ProcessChange)));
        family.Except(changes.Select(change => change.GetType())).ShouldBeEmpty();
        changes.OfType<ProcessChange.Ended>().Select(ended => ended.Result.Reason).ShouldBe(Enum.GetValues<EndReason>(), ignoreOrder: true);
    }

    [Fact]
    public void A_life_is_told_in_order_with_the_right_run_and_attempt()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure)).Exited(1).TreeEmpty().NextAlarm().Token().Spawned()
            .Restart().Exited(0).TreeEmpty().Spawned().Exited(0).TreeEmpty().CleanedUp();
        life.Events.Select(told => $"{told.Run}.{told.Attempt} {told.Type}").ShouldBe(
        [
            "1.1 Starting", "1.1 Started", "1.1 Ready", "1.1 Crashed", "1.1 BackingOff",
            "1.2 Waiting", "1.2 Restarted", "1.2 Started", "1.2 Ready", "1.2 Stopping", "1.2 Stopped", "1.2 Terminated",
            "2.1 Starting", "2.1 Started", "2.1 Ready", "2.1 Exited", "2.1 Terminated", "2.1 Finished",
        ]);
    }

    [Fact]
    public void A_crash_says_what_follows()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure)).Exited(new ExitStatus.BySignal(Signal.Kill, false), "oops");
        var data = life.Told[0].Data;
        (data.WillRestart, data.RestartCount, data.MaxRestarts, data.NextStartAt).ShouldBe((true, 1, 5, life.State.NextStartAt));
        (data.OsPid, data.Result!.Signal, data.Result.LastErrorLines).ShouldBe((1101, Signal.Kill, "oops"));
        life.Told[1].Data.NextStartAt.ShouldBe(life.State.NextStartAt);

        var last = Life.Running().Exited(1).Told[0].Data;
        (last.WillRestart, last.RestartCount, last.NextStartAt).ShouldBe((false, null, null));
    }

    [Fact]
    public void A_stop_says_why_it_is_one() => Life.Running().Kill().Told[0].Data.Detail.ShouldBe("Killed");

    [Fact]
    public void A_log_that_its_child_cut_is_told_and_moves_nothing()
    {
        var life = Life.Running().Hear(new SupervisorReport.OutputTruncated(LogStream.Stdout, 7, Life.Birth)).ShouldBe(Phase.Running, 1, 1);
        life.Told.ShouldHaveSingleItem().Data.Detail!.ShouldContain("7");
        life.Decision.Effects.ShouldBeEmpty();
    }

    private static ProcessChange.Ended Ended(EndReason reason) => new(
        new AttemptResult { Run = 1, Attempt = 1, Reason = reason, EndedAt = Life.Birth }, new RestartVerdict.Stay(), 5, null, Life.Birth);
}
