using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

/// <summary>What is sampled for whoever subscribes to it by name.</summary>
public abstract class NoticeSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task What_a_tree_uses_is_told_to_who_asked_for_it()
    {
        var info = await Start(Scripts.Sleeps);

        var told = await Events(
            new EventQuery { Ids = [info.Id], Types = [EventType.MetricsSampled] }, one => one.Type == EventType.MetricsSampled, "a sample");

        var sample = told[^1];
        sample.Id.ShouldBe(info.Id);
        sample.Data.OsPid.ShouldBe(info.OsPid);
        sample.Data.Metrics.ShouldNotBeNull().MemoryBytes.ShouldBeGreaterThan(0);
        sample.Data.Metrics.State.ShouldBeOneOf(OsState.Sleeping, OsState.Running);
    }

    [Fact]
    public async Task A_change_of_the_os_status_is_told_to_who_asked_for_it()
    {
        var info = await Start(Scripts.Sleeps);
        var asked = new EventQuery { Ids = [info.Id], Types = [EventType.StatusChanged, EventType.MetricsSampled, EventType.Finished] };
        var seen = new List<ProcessEvent>();
        await foreach (var told in Manager.SubscribeAsync(asked, Cancel))
        {
            seen.Add(told);
            if (told.Type == EventType.MetricsSampled && seen.Count == 1)
            {
                // It has been looked at: from now on changes are told.
                await Manager.SuspendAsync(info.Id, Cancel);
            }
            else if (told is { Type: EventType.StatusChanged, Data.Status: OsState.Stopped })
            {
                await Manager.KillAsync(info.Id, wait: false, Cancel);
            }
            else if (told is { Type: EventType.StatusChanged, Data.Status: OsState.Terminated })
            {
                break;
            }
        }

        seen.Where(one => one.Type == EventType.StatusChanged).Select(one => one.Data.Status).ShouldContain(OsState.Stopped);
        seen[^1].Data.OsPid.ShouldBeNull();
    }

    [Fact]
    public async Task Who_names_no_type_is_told_no_notices_and_none_are_kept()
    {
        var info = await Start(Scripts.Sleeps);
        await Events(new EventQuery { Ids = [info.Id], Types = [EventType.MetricsSampled] }, one => one.Type == EventType.MetricsSampled, "a sample");
        await Manager.KillAsync(info.Id, wait: true, Cancel);

        (await EventsUntil(info.Id, EventType.Finished)).ShouldAllBe(one => one.Type != EventType.MetricsSampled && one.Type != EventType.StatusChanged);
    }

    [Fact]
    public async Task Events_among_notices_are_neither_lost_nor_doubled_and_cursors_go_on()
    {
        var info = await Start(Scripts.Sleeps);
        var asked = new EventQuery { Ids = [info.Id], After = "", Types = [EventType.MetricsSampled, EventType.Started, EventType.Stopping, EventType.Finished] };
        var seen = new List<ProcessEvent>();
        await foreach (var told in Manager.SubscribeAsync(asked, Cancel))
        {
            seen.Add(told);
            if (told.Type == EventType.MetricsSampled && seen.Count(one => one.Type == EventType.MetricsSampled) == 1)
            {
                await Manager.StopAsync(info.Id, cancellationToken: Cancel);
            }

            if (told.Type == EventType.Finished)
            {
                break;
            }
        }

        seen.Select(one => one.Type).Where(type => type != EventType.MetricsSampled).ShouldBe([EventType.Started, EventType.Stopping, EventType.Finished]);
        var notice = seen.First(one => one.Type == EventType.MetricsSampled);
        var rest = await Events(asked with { After = notice.Cursor, Types = [EventType.Stopping, EventType.Finished] }, one => one.Type == EventType.Finished, "Finished");
        rest.Select(one => one.Type).ShouldBe([EventType.Stopping, EventType.Finished]);
    }

    [Fact]
    public async Task An_info_has_the_os_status_where_it_is_sampled()
    {
        var never = await Manager.CreateAsync(Scripts.Sleeps, start: false, Cancel);
        var info = await Start(Scripts.Sleeps);
        var ended = await Start(Scripts.Exits(0));
        await Ended(ended.Id);

        (await Manager.GetAsync(never.Id, Cancel)).Status.ShouldBe(OsState.Initial);
        (await Manager.GetAsync(info.Id, Cancel)).Status.ShouldBeNull();
        (await Manager.GetAsync(ended.Id, Cancel)).Status.ShouldBe(OsState.Terminated);
        (await Manager.ListAsync(new ProcessQuery { OsPid = info.OsPid, WithMetrics = true }, Cancel)).Items.ShouldHaveSingleItem()
            .Status.ShouldBe(OsState.Sleeping);
    }
}
