using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>How an attempt ended: in its info, in its record and in its event, the same.</summary>
public abstract class ResultSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Theory]
    [InlineData(0, EndReason.Completed)]
    [InlineData(1, EndReason.Failed)]
    [InlineData(127, EndReason.Failed)]
    [InlineData(255, EndReason.Failed)]
    public async Task An_exit_code_is_kept(int code, EndReason reason)
    {
        var info = await Start(Scripts.Exits(code));

        var down = await Ended(info.Id);

        down.ShouldBeDown(reason);
        (down.ExitCode, down.Signal).ShouldBe((code, null));
        await ShouldBeTheSameEverywhere(down);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(15)]
    public async Task A_signal_is_kept_and_its_exit_code_is_128_more(int number)
    {
        var info = await Start(Scripts.Signals(new Signal(number)));

        var down = await Ended(info.Id);

        down.ShouldBeDown(EndReason.Signaled);
        (down.ExitCode, down.Signal).ShouldBe((128 + number, new Signal(number)));
        await ShouldBeTheSameEverywhere(down);
    }

    [Fact]
    public async Task The_last_lines_of_its_error_output_come_with_a_failure()
    {
        var info = await Start(Scripts.Shell("seq 1 5000 >&2; echo the end >&2; exit 1"));

        var down = await Ended(info.Id);

        var lines = down.LastErrorLines.ShouldNotBeNull();
        lines.ShouldEndWith("4999\n5000\nthe end\n");
        lines.Length.ShouldBeLessThanOrEqualTo(8 << 10);
        (await Manager.GetRunsAsync(info.Id, Cancel)).ShouldHaveSingleItem().LastErrorLines.ShouldBe(lines);
    }

    [Fact]
    public async Task The_error_lines_are_of_that_attempt_alone()
    {
        var info = await Start(Scripts.Shell("[ -e second ] && exit 2; echo > second; echo first failure >&2; exit 1") with { WorkingDirectory = Directory });
        await Ended(info.Id);

        await Manager.StartAsync(info.Id, Cancel);
        var down = await Ended(info.Id);

        down.ExitCode.ShouldBe(2);
        (down.LastErrorLines ?? "").ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_attempt_has_its_times()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var info = await Start(Scripts.Exits(0));

        var down = await Ended(info.Id);

        var end = (await Manager.GetRunsAsync(info.Id, Cancel)).ShouldHaveSingleItem();
        end.StartedAt.ShouldNotBeNull().ShouldBeInRange(before, end.EndedAt);
        end.EndedAt.ShouldBeLessThanOrEqualTo(TimeProvider.System.GetUtcNow().AddSeconds(1));
        down.EndedAt.ShouldNotBeNull().ShouldBe(end.EndedAt, TimeSpan.FromMilliseconds(2));
        down.Uptime.ShouldBeNull();
    }

    [Fact]
    public async Task The_version_rises_with_every_change()
    {
        var declared = await Declare(Scripts.Sleeps);
        var started = await Manager.StartAsync(declared.Id, Cancel);
        var stopped = await Stopped(declared.Id);

        started.Version.ShouldBeGreaterThan(declared.Version);
        stopped.Version.ShouldBeGreaterThan(started.Version);
        (await Manager.GetAsync(declared.Id, Cancel)).Version.ShouldBeGreaterThanOrEqualTo(stopped.Version);
    }

    private async Task ShouldBeTheSameEverywhere(ProcessInfo down)
    {
        var end = (await Manager.GetRunsAsync(down.Id, Cancel)).ShouldHaveSingleItem();
        (end.Run, end.Attempt, end.Reason, end.ExitCode, end.Signal).ShouldBe((1, 1, down.Reason!.Value, down.ExitCode, down.Signal));
        end.OsPid.ShouldNotBeNull();
        var events = await EventsUntil(down.Id, EventType.Terminated);
        var told = events.Where(one => Expectations.Ends.Contains(one.Type)).ShouldHaveSingleItem();
        told.Data.Result.ShouldNotBeNull();
        (told.Data.Result.Reason, told.Data.Result.ExitCode, told.Data.Result.Signal).ShouldBe((end.Reason, end.ExitCode, end.Signal));
        told.Type.ShouldBe(down.Reason == EndReason.Completed ? EventType.Exited : EventType.Crashed);
    }
}
