using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>The orderly end of a manager.</summary>
public sealed class ShutdownSpecs
{
    private static readonly ProcessSpec Sleeps = new() { Command = "sleep", Args = ["1000"], Lifetime = Lifetime.WithManager };

    private static readonly ProcessSpec IgnoresTerm = new()
    {
        Command = "trap '' TERM; echo ready; exec sleep 1000",
        Shell = true,
        Lifetime = Lifetime.WithManager,
        Stop = new StopSpec { Grace = TimeSpan.FromMinutes(10) },
    };

    [Fact]
    public async Task Children_end_in_the_reverse_order_of_their_starts_and_kept_ones_run_on()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        ProcessId[] ids = [.. new[] { "first", "second", "third" }.Select(ProcessId.Parse)];
        foreach (var id in ids)
        {
            await manager.CreateAsync(Sleeps with { Id = id }, cancellationToken: Lab.Cancel);
        }

        var keep = await manager.CreateAsync(Sleeps with { Id = ProcessId.Parse("keep"), Lifetime = Lifetime.Keep }, cancellationToken: Lab.Cancel);
        var report = await manager.ShutdownAsync();
        report.Ended.Order(Comparer<ProcessId>.Create((one, other) => string.CompareOrdinal(one.Value, other.Value))).ShouldBe(ids);
        report.RunningOn.ShouldBe([keep.Id]);
        Marked.Of(lab.Data).Select(process => process.OsPid).ShouldBe([keep.OsPid!.Value]);

        var next = await lab.OpenAsync();
        (await next.GetAsync(keep.Id, Lab.Cancel)).OsPid.ShouldBe(keep.OsPid);
        var told = await next.SubscribeAsync(new EventQuery { After = "", Types = [EventType.Stopping] }, Lab.Cancel).Take(3).ToListAsync(Lab.Cancel);
        told.Select(one => one.Id!.Value).ShouldBe(ids.Reverse());
        (await next.GetAsync(ids[0], Lab.Cancel)).Reason.ShouldBe(EndReason.Stopped);
    }

    [Fact]
    public async Task What_is_left_at_the_deadline_is_killed()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var stubborn = await StartedAsync(manager, IgnoresTerm);
        var report = await manager.ShutdownAsync(TimeSpan.FromMilliseconds(300));
        report.Ended.ShouldBe([stubborn.Id]);
        Marked.Of(lab.Data).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_force_it_names_what_is_left_and_the_manager_stays()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        var stubborn = await StartedAsync(manager, IgnoresTerm with { Id = ProcessId.Parse("stubborn") });
        var late = await Should.ThrowAsync<ProcessManagerException>(() => manager.ShutdownAsync(TimeSpan.FromMilliseconds(300), force: false));
        late.Code.ShouldBe(ErrorCode.DeadlineExceeded);
        late.Message.ShouldContain("stubborn");

        (await manager.GetAsync(stubborn.Id, Lab.Cancel)).Phase.ShouldBe(Phase.Terminating);
        Marked.Of(lab.Data).Count.ShouldBe(1);
        await manager.CreateAsync(Sleeps, cancellationToken: Lab.Cancel);
        (await manager.ShutdownAsync(TimeSpan.FromMilliseconds(300))).Ended.Count.ShouldBe(2);
        Marked.Of(lab.Data).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_are_ended_when_that_is_asked_for()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        await manager.CreateAsync(Sleeps with { Lifetime = Lifetime.Keep }, cancellationToken: Lab.Cancel);
        (await manager.ShutdownAsync(stopAll: true)).RunningOn.ShouldBeEmpty();
        Marked.Of(lab.Data).ShouldBeEmpty();
    }

    [Fact]
    public async Task Afterwards_every_call_is_unavailable_and_a_second_shutdown_does_nothing()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        await manager.ShutdownAsync();
        (await manager.ShutdownAsync()).Ended.ShouldBeEmpty();
        await manager.DisposeAsync();

        var id = ProcessId.Parse("any");
        Func<Task>[] calls =
        [
            () => manager.CreateAsync(Sleeps),
            () => manager.StartAsync(id),
            () => manager.StopAsync(id),
            () => manager.GetAsync(id),
            () => manager.ListAsync(new ProcessQuery()),
            () => manager.RunAsync(Sleeps),
            () => manager.RemoveAsync(id),
            () => manager.WaitAsync(id),
            () => manager.GetHealthAsync(),
            () => manager.UpdateAsync(Sleeps with { Id = id }),
        ];
        foreach (var call in calls)
        {
            (await Should.ThrowAsync<ProcessManagerException>(call)).Code.ShouldBe(ErrorCode.Unavailable);
        }
    }

    [Fact]
    public async Task An_id_that_was_removed_can_be_used_again_at_once()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync();
        await Parallel.ForAsync(0, 8, async (lane, cancel) =>
        {
            var id = ProcessId.Parse($"again{lane}");
            for (var time = 0; time < 30; time++)
            {
                var made = manager.CreateAsync(Sleeps with { Id = id }, cancellationToken: cancel);
                (await made.WaitAsync(Patience.Limit, cancel)).Phase.ShouldBe(Phase.Running);
                await manager.RemoveAsync(id, new StopOptions { Grace = TimeSpan.Zero }, cancel).WaitAsync(Patience.Limit, cancel);
            }
        });
        Marked.Of(lab.Data).ShouldBeEmpty();
    }

    private static async Task<ProcessInfo> StartedAsync(EmbeddedProcessManager manager, ProcessSpec spec)
    {
        var info = await manager.CreateAsync(spec, cancellationToken: Lab.Cancel);
        await manager.ReadLogsAsync(info.Id, new LogQuery { Follow = true }, Lab.Cancel).FirstAsync(Lab.Cancel);
        return info;
    }
}
