using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class FailedStarts
{
    [Fact]
    public void A_start_that_failed_is_never_told_as_started_and_the_record_says_why()
    {
        var life = Life.Starting().StartFailed().ShouldBe(Phase.Terminated, 1, 1).ShouldTell(EventType.StartFailed, EventType.Terminated);
        life.Told[0].Data.Error.ShouldBe(new ErrorInfo(ErrorCode.CommandNotFound, "no"));
        life.State.Last!.Reason.ShouldBe(EndReason.StartFailed);
        life.Info().LastError!.Code.ShouldBe(ErrorCode.CommandNotFound);
        life.Decision.Effects.ShouldBe([new ProcessEffect.CleanUp(new Epoch(1, 1))]);
        life.StartFailed().ShouldDoNothing();
        life.Events.ShouldNotContain(told => told.Type == EventType.Started || told.Type == EventType.Crashed);
    }

    [Theory]
    [InlineData(ErrorCode.CommandNotFound, RestartWhen.OnFailure, Phase.Terminated)]
    [InlineData(ErrorCode.PermissionDenied, RestartWhen.OnFailure, Phase.Terminated)]
    [InlineData(ErrorCode.BadWorkingDirectory, RestartWhen.OnFailure, Phase.Terminated)]
    [InlineData(ErrorCode.CommandNotFound, RestartWhen.OnAbnormal, Phase.Terminated)]
    [InlineData(ErrorCode.CommandNotFound, RestartWhen.Never, Phase.Terminated)]
    [InlineData(ErrorCode.CommandNotFound, RestartWhen.Always, Phase.BackingOff)]
    [InlineData(ErrorCode.StartFailed, RestartWhen.OnFailure, Phase.BackingOff)]
    [InlineData(ErrorCode.StartFailed, RestartWhen.OnAbnormal, Phase.Terminated)]
    public void What_retrying_cant_mend_at_a_first_start_is_retried_only_by_always(ErrorCode code, RestartWhen when, Phase then) =>
        Life.Starting(Life.Spec(when)).StartFailed(code).ShouldBe(then, 1, 1);

    [Fact]
    public void A_command_that_was_there_before_may_come_back()
    {
        var life = Life.Running(Life.Spec(RestartWhen.OnFailure)).Exited(1).TreeEmpty().NextAlarm().Token().StartFailed();
        life.ShouldBe(Phase.BackingOff, 1, 2).ShouldTell(EventType.StartFailed, EventType.BackingOff).ShouldCommand(new SupervisorCommand.Release());
        life.State.Restarts.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(RestartWhen.Never)]
    [InlineData(RestartWhen.Always)]
    public void A_transient_failure_is_retried_after_a_second_or_so_without_being_counted(RestartWhen when)
    {
        var life = Life.Starting(Life.Spec(when) with { Restart = new RestartPolicy { When = when, Max = 0 } });
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            life.StartFailed(ErrorCode.StartFailed, transient: true).ShouldBe(Phase.BackingOff, 1, attempt);
            (life.State.NextStartAt!.Value - life.Now).TotalSeconds.ShouldBeInRange(0.5, 1.5);
            life.StartFailed(ErrorCode.StartFailed, transient: true).ShouldDoNothing();
            life.NextAlarm().Token().ShouldBe(Phase.Starting, 1, attempt + 1);
        }

        life.State.Restarts.ShouldBe(new RestartRecord());
        life.Spawned().ShouldBe(Phase.Running, 1, 21);
    }

    [Fact]
    public void Failed_starts_give_up_like_crashes()
    {
        var life = Life.Starting(Life.Spec() with { Restart = new RestartPolicy { When = RestartWhen.Always, Max = 1, Delay = TimeSpan.Zero } });
        life.StartFailed().NextAlarm().Token().StartFailed();
        life.ShouldBe(Phase.Terminated, 1, 2).ShouldTell(EventType.StartFailed, EventType.GaveUp, EventType.Terminated);
    }
}
