using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class EventSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task A_whole_life_is_told_in_order()
    {
        var info = await Start(Scripts.Exits(0));
        await Ended(info.Id);

        var events = await EventsUntil(info.Id, EventType.Finished);

        events.ShouldTell(
            EventType.Created, EventType.Starting, EventType.Started, EventType.Ready, EventType.Exited, EventType.Terminated, EventType.Finished);
        events.ShouldAllBe(one => one.Id == info.Id);
        events.Select(one => one.Cursor).ShouldBeUnique();
        events.Select(one => one.Type).ShouldBeUnique();
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.First.Time <= pair.Second.Time);
        events.Single(one => one.Type == EventType.Started).Data.OsPid.ShouldNotBeNull();
        events.Where(one => one.Type != EventType.Created).ShouldAllBe(one => one.Run == 1);
    }

    [Fact]
    public async Task From_a_cursor_nothing_is_missed_or_doubled()
    {
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 3, Delay = TimeSpan.FromMilliseconds(10), Factor = 1 },
        });
        await Ended(info.Id);
        var all = await EventsUntil(info.Id, EventType.Finished);

        for (var at = 0; at < all.Count - 1; at++)
        {
            var rest = await Events(new EventQuery { Ids = [info.Id], After = all[at].Cursor }, one => one.Type == EventType.Finished, "Finished");
            rest.Select(one => one.Cursor).ShouldBe(all.Skip(at + 1).Select(one => one.Cursor), $"after {all[at].Type}");
        }
    }

    [Fact]
    public async Task One_who_reads_one_event_and_comes_back_sees_every_one_once()
    {
        var info = await Start(Scripts.Exits(1) with
        {
            Restart = new RestartPolicy { When = RestartWhen.OnFailure, Max = 5, Delay = TimeSpan.FromMilliseconds(50), Factor = 1 },
        });
        var seen = new List<ProcessEvent>();

        // Each subscription ends after one event, while events go on coming.
        while (seen.Count == 0 || seen[^1].Type != EventType.Finished)
        {
            seen.AddRange(await Events(new EventQuery { Ids = [info.Id], After = seen.Count == 0 ? "" : seen[^1].Cursor }, _ => true, "the next one"));
        }

        seen.Select(one => one.Cursor).ShouldBe((await EventsUntil(info.Id, EventType.Finished)).Select(one => one.Cursor));
        seen.Count(one => one.Type == EventType.Started).ShouldBe(6);
    }

    [Fact]
    public async Task Without_a_cursor_they_come_from_now_on()
    {
        var label = NewId().Value;
        var old = await Start(Scripts.Exits(0) with { Labels = [new("test", label)] });
        await EventsUntil(old.Id, EventType.Finished);

        var first = Events(new EventQuery { Labels = [new("test", label)] }, _ => true, "a first one");
        while (!first.IsCompleted)
        {
            // The subscription begins somewhere here: the first new process after that is heard of.
            var next = await Start(Scripts.Exits(0) with { Labels = [new("test", label)] });
            await Ended(next.Id);
        }

        (await first).ShouldHaveSingleItem().Id.ShouldNotBe(old.Id);
    }

    [Fact]
    public async Task They_are_picked_by_type_by_id_and_by_label()
    {
        var label = NewId().Value;
        var mine = await Start(Scripts.Exits(0) with { Labels = [new("test", label), new("role", "one")] });
        var other = await Start(Scripts.Exits(0) with { Labels = [new("test", label), new("role", "two")] });
        var foreign = await Start(Scripts.Exits(0));
        ProcessInfo[] all = [mine, other, foreign];
        foreach (var info in all)
        {
            await EventsUntil(info.Id, EventType.Finished);
        }

        var byType = await Events(
            new EventQuery { After = "", Ids = [mine.Id], Types = [EventType.Exited, EventType.Finished] }, one => one.Type == EventType.Finished, "Finished");
        byType.Select(one => one.Type).ShouldBe([EventType.Exited, EventType.Finished]);

        var byIds = await Seen(new EventQuery { After = "", Ids = [mine.Id, foreign.Id], Types = [EventType.Finished] }, 2);
        byIds.ShouldBe([mine.Id, foreign.Id], ignoreOrder: true);

        var byLabel = await Seen(new EventQuery { After = "", Labels = [new("test", label)], Types = [EventType.Finished] }, 2);
        byLabel.ShouldBe([mine.Id, other.Id], ignoreOrder: true);

        var byLabels = await Seen(new EventQuery { After = "", Labels = [new("test", label), new("role", "two")], Types = [EventType.Finished] }, 1);
        byLabels.ShouldBe([other.Id]);
    }

    [Fact]
    public async Task They_are_heard_as_they_happen()
    {
        var id = NewId();
        var heard = EventsUntil(id, EventType.Terminated);

        await Start(Scripts.Sleeps with { Id = id });
        await Manager.KillAsync(id, wait: true, Cancel);

        (await heard).ShouldTell(EventType.Created, EventType.Started, EventType.Killed, EventType.Terminated);
    }

    [Fact]
    public async Task A_subscriber_who_does_not_read_holds_nobody_up()
    {
        using var limit = Limited();
        await using var idle = Manager.SubscribeAsync(new EventQuery { After = "" }, limit.Token).GetAsyncEnumerator(limit.Token);
        (await idle.MoveNextAsync()).ShouldBeTrue();

        foreach (var info in await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Start(Scripts.Exits(0)))))
        {
            (await Ended(info.Id)).ShouldBeDown(EndReason.Completed);
        }
    }

    [Fact]
    public async Task A_cursor_that_never_was_is_refused() =>
        await Refused(ErrorCode.InvalidSpec, () => Events(new EventQuery { After = "no cursor" }, _ => true, "any"));

    [Fact]
    public async Task The_end_of_one_that_is_removed_is_told_and_its_removal()
    {
        var info = await Start(Scripts.Sleeps);

        await Manager.RemoveAsync(info.Id, cancellationToken: Cancel);

        (await EventsUntil(info.Id, EventType.Removed)).ShouldTell(EventType.Started, EventType.Stopped, EventType.Terminated, EventType.Removed);
    }

    private async Task<List<ProcessId>> Seen(EventQuery query, int count)
    {
        var seen = 0;
        var events = await Events(query, _ => ++seen == count, $"number {count}");
        return events.ConvertAll(one => one.Id!.Value);
    }
}
