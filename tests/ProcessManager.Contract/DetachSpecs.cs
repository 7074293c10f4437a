using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class DetachSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task It_lives_on_and_nobody_knows_it()
    {
        var info = await Start(Scripts.Sleeps);
        var child = OsProcess.Of(info.OsPid!.Value);
        using var end = new Stranger(child);

        var was = await Manager.DetachAsync(info.Id, Cancel);

        (was.Id, was.OsPid).ShouldBe((info.Id, info.OsPid));
        await Refused(ErrorCode.NotFound, () => Manager.GetAsync(info.Id, Cancel));
        child.IsAlive.ShouldBeTrue();
        var told = await EventsUntil(info.Id, EventType.Removed);
        told.ShouldTell(EventType.Started, EventType.Detached, EventType.Removed);
        told.Single(one => one.Type == EventType.Detached).Data.OsPid.ShouldBe(info.OsPid);
    }

    [Fact]
    public async Task The_next_of_its_name_is_another_and_its_end_doesn_t_touch_the_first()
    {
        var first = await StartSaying("ready", Scripts.Tree(Directory));
        var members = File.ReadAllLines(Path.Combine(Directory, "pids")).Select(line => OsProcess.Of(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)))
            .Append(OsProcess.Of(first.OsPid!.Value)).ToList();
        try
        {
            await Manager.DetachAsync(first.Id, Cancel);

            var second = await Start(Scripts.Sleeps with { Id = first.Id });
            (second.Run, second.OsPid).ShouldNotBe((1, first.OsPid));
            second.Run.ShouldBe(1);
            (await Manager.KillAsync(second.Id, wait: true, Cancel)).ShouldBeDown(EndReason.Killed);
            await Manager.RemoveAsync(second.Id, cancellationToken: Cancel);

            members.ShouldAllBe(member => member.IsAlive);
        }
        finally
        {
            members.ForEach(member => member.Signal(Signal.Kill));
        }
    }

    [Fact]
    public async Task What_it_writes_from_then_on_goes_where_the_event_says()
    {
        var info = await StartSaying("before", Scripts.Shell("echo before; while [ ! -e go ]; do sleep 0.02; done; echo after; exec sleep 1000") with { WorkingDirectory = Directory });
        using var end = new Stranger(OsProcess.Of(info.OsPid!.Value));

        await Manager.DetachAsync(info.Id, Cancel);
        File.WriteAllText(Path.Combine(Directory, "go"), "");

        var detached = (await EventsUntil(info.Id, EventType.Detached))[^1];
        var log = Path.Combine(detached.Data.Detail.ShouldNotBeNull(), "stdout.log");
        await Patience.Until("what it wrote after", () => File.ReadAllTextAsync(log, Cancel), text => text == "before\nafter\n");
    }

    [Fact]
    public async Task One_that_was_detached_can_be_attached_again_and_stopped()
    {
        var info = await Start(Scripts.Sleeps);
        var child = OsProcess.Of(info.OsPid!.Value);
        using var end = new Stranger(child);
        await Manager.DetachAsync(info.Id, Cancel);

        var again = await Manager.AttachAsync(child.Pid, info.Id, new ProcessSpec { Command = "", Node = info.Node }, Cancel);
        again.ShouldBeRunning().OsPid.ShouldBe(child.Pid);
        await Manager.DetachAsync(info.Id, Cancel);
        child.IsAlive.ShouldBeTrue();
        await Manager.AttachAsync(child.Pid, info.Id, new ProcessSpec { Command = "", Node = info.Node }, Cancel);
        (await Stopped(info.Id)).ShouldBeDown(EndReason.Stopped);

        child.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task What_has_no_child_can_t_be_left_running()
    {
        var declared = await Declare(Scripts.Sleeps);
        var ended = await Start(Scripts.Exits(0));
        await Ended(ended.Id);

        (await Refused(ErrorCode.InvalidState, () => Manager.DetachAsync(declared.Id, Cancel))).Message.ShouldContain("Created");
        await Refused(ErrorCode.InvalidState, () => Manager.DetachAsync(ended.Id, Cancel));
        await Refused(ErrorCode.NotFound, () => Manager.DetachAsync(NewId(), Cancel));
    }
}
