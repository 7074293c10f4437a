using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class ScheduledRuns
{
    private static readonly ProcessSpec Every10 = Life.Spec() with { Schedule = new ScheduleSpec { Every = TimeSpan.FromMinutes(10) } };

    [Fact]
    public void When_it_is_due_a_run_opens_and_the_next_time_is_known()
    {
        var life = Life.Created(Every10);
        life.WakeAt.ShouldBe(Life.Birth.AddMinutes(10));
        life.NextAlarm().ShouldBe(Phase.Starting, 1, 1);
        life.State.ScheduledAt.ShouldBe(Life.Birth.AddMinutes(20));
    }

    [Fact]
    public void While_it_is_up_its_time_passes()
    {
        var life = Life.Running(Every10).Pass(TimeSpan.FromMinutes(10)).Wake().ShouldBe(Phase.Running, 1, 1);
        life.Commands.ShouldBeEmpty();
        life.State.ScheduledAt.ShouldBe(Life.Birth.AddMinutes(20));
    }

    [Fact]
    public void Of_many_times_that_nobody_saw_one_is_made_up_for()
    {
        var life = Life.Created(Every10).Pass(TimeSpan.FromMinutes(95)).Wake().ShouldBe(Phase.Starting, 1, 1);
        life.State.ScheduledAt.ShouldBe(Life.Birth.AddMinutes(100));
        life.Spawned().Exited(0).TreeEmpty().CleanedUp().Wake().ShouldBe(Phase.Finished, 1, 1);
    }

    [Fact]
    public void A_stop_ends_the_run_and_not_the_schedule()
    {
        var life = Life.Running(Every10).Stop().Exited(0).TreeEmpty().CleanedUp();
        life.Pass(TimeSpan.FromMinutes(10)).Wake().ShouldBe(Phase.Starting, 2, 1);
    }

    [Fact]
    public void A_changed_schedule_counts_at_once_and_none_is_none()
    {
        Life.Created(Every10).Update(Every10 with { Schedule = new ScheduleSpec { Every = TimeSpan.FromMinutes(1) } }).WakeAt.ShouldBe(Life.Birth.AddMinutes(1));
        Life.Created(Every10).Update(Every10 with { Schedule = null }).WakeAt.ShouldBeNull();
    }

    [Fact]
    public void A_run_that_a_schedule_opens_goes_where_its_host_says()
    {
        var life = Life.Created(Every10).Pass(TimeSpan.FromMinutes(10)).Take(new ProcessOrder.Wake(new Placement.On("n2")));
        life.State.Node.ShouldBe("n2");
    }

    [Theory]
    [InlineData(null, null, null, "schedule")]
    [InlineData("* * * * *", "1m", null, "schedule")]
    [InlineData("61 * * * *", null, null, "schedule.cron")]
    [InlineData("0 0 30 2 *", null, null, "schedule.cron")]
    [InlineData("* * * * *", null, "Mars/Olympus", "schedule.timeZone")]
    [InlineData(null, "10ms", null, "schedule.every")]
    public void What_is_never_due_or_makes_no_sense_is_refused(string? cron, string? every, string? zone, string path)
    {
        var length = every is null ? default(TimeSpan?) : Durations.TryParse(every, out var value, out _) ? value : null;
        var spec = Life.Spec() with { Schedule = new ScheduleSpec { Cron = cron, Every = length, TimeZone = zone } };
        SpecRules.Check(spec).ShouldContain(fault => fault.Path == path);
    }
}
