using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class ScheduleSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task It_is_not_started_by_its_creation_but_by_a_start()
    {
        var info = await Start(Scripts.Sleeps with { Schedule = new ScheduleSpec { Every = TimeSpan.FromHours(1) } });

        (info.Phase, info.Run, info.NextScheduledAt).ShouldBe((Phase.Created, 0, info.CreatedAt.AddHours(1)));
        (await Manager.StartAsync(info.Id, Cancel)).ShouldBeRunning();
    }

    [Fact]
    public async Task It_is_started_again_and_again_by_itself()
    {
        var info = await Start(Scripts.Exits(0) with { Schedule = new ScheduleSpec { Every = TimeSpan.FromSeconds(1) } });

        (await Until(info.Id, "its second run", now => now.Run >= 2)).NextScheduledAt.ShouldNotBeNull().ShouldBeGreaterThan(info.CreatedAt.AddSeconds(1));
    }

    [Fact]
    public async Task A_cron_expression_with_seconds_is_kept_and_its_next_time_is_told()
    {
        var info = await Start(Scripts.Sleeps with { Schedule = new ScheduleSpec { Cron = "* * * * * *", TimeZone = "Europe/Berlin" } });

        var up = await Until(info.Id, "up", now => now.Phase == Phase.Running);
        await Until(info.Id, "past another time", now => now.NextScheduledAt > up.NextScheduledAt);

        (await Manager.GetAsync(info.Id, Cancel)).Run.ShouldBe(up.Run);
        (await Manager.UpdateAsync((await Manager.GetSpecAsync(info.Id, Cancel)) with { Schedule = null }, cancellationToken: Cancel)).NextScheduledAt.ShouldBeNull();
    }

    [Fact]
    public async Task One_that_is_never_due_is_refused_with_its_path()
    {
        var error = await Refused(ErrorCode.InvalidSpec, () => Start(Scripts.Sleeps with { Schedule = new ScheduleSpec { Cron = "0 0 31 4 *" } }));

        error.Faults.ShouldHaveSingleItem().Path.ShouldBe("schedule.cron");
    }

    [Fact]
    public async Task A_delegate_hears_of_what_happens_until_it_is_disposed_of()
    {
        var id = NewId();
        var heard = new System.Collections.Concurrent.ConcurrentQueue<EventType>();
        var errors = 0;
        await using (Manager.On(new EventQuery { Ids = [id], After = "" }, (happened, _) =>
        {
            heard.Enqueue(happened.Type);
            return happened.Type == EventType.Created ? throw new InvalidOperationException("its own") : Task.CompletedTask;
        }, _ => Interlocked.Increment(ref errors)))
        {
            await Start(Scripts.Exits(0) with { Id = id });
            await Patience.Until("the end", () => heard.Contains(EventType.Finished));
        }

        errors.ShouldBe(1);
        heard.ShouldContain(EventType.Exited);
    }
}
