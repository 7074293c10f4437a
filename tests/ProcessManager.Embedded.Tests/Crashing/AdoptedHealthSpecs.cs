using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>The health of children that outlive their manager.</summary>
public sealed class AdoptedHealthSpecs
{
    [Fact]
    public async Task Probes_go_on_with_what_was_known_and_tell_changes_alone()
    {
        await using var lab = new Lab();
        var alive = lab.Folder("alive");
        await File.WriteAllTextAsync(alive, "", Lab.Cancel);
        var first = await lab.OpenAsync();
        var probe = new ProbeSpec
        {
            Target = new ProbeTarget.Command("test") { Args = ["-e", alive] },
            Interval = TimeSpan.FromMilliseconds(200),
            Timeout = TimeSpan.FromSeconds(20),
        };
        var id = ProcessId.Parse("a");
        await first.CreateAsync(Scripts.Sleeps with { Id = id, Health = new HealthSpec { Liveness = probe, Readiness = probe } }, cancellationToken: Lab.Cancel);
        var before = await Patience.Until("its health", () => first.GetAsync(id, Lab.Cancel), info => info.Healthy);
        await first.DisposeAsync();

        var second = await lab.OpenAsync();
        var after = await second.GetAsync(id, Lab.Cancel);
        (after.OsPid, after.Phase, after.Ready, after.Healthy).ShouldBe((before.OsPid, Phase.Running, true, true));
        after.Health!.Liveness!.Since!.Value.ShouldBe(before.Health!.Liveness!.Since!.Value, TimeSpan.FromMilliseconds(1));

        File.Delete(alive);
        var down = await second.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel);
        down.Reason.ShouldBe(EndReason.Unhealthy);
        var told = await TypesAsync(second, id);
        told.Count(type => type == EventType.Healthy).ShouldBe(2, "one for each probe, by the first manager");
        told.ShouldContain(EventType.Unhealthy);
    }

    [Fact]
    public async Task One_that_becomes_ready_while_no_manager_is_there_is_ready_for_the_next()
    {
        await using var lab = new Lab();
        var go = lab.Folder("go");
        var said = lab.Folder("said");
        var first = await lab.OpenAsync();
        var line = ProcessId.Parse("line");
        await first.CreateAsync(
            Scripts.Shell($"while [ ! -e '{go}' ]; do sleep 0.02; done; echo up; touch '{said}'; exec sleep 1000") with
            {
                Id = line,
                Ready = new ReadySpec { By = ReadyBy.LogLine, LogLine = "^up$" },
            },
            cancellationToken: Lab.Cancel);
        (await first.GetAsync(line, Lab.Cancel)).Phase.ShouldBe(Phase.Starting);
        await first.DisposeAsync();
        await File.WriteAllTextAsync(go, "", Lab.Cancel);
        await Patience.Until("its line", () => File.Exists(said));

        var second = await lab.OpenAsync();
        var ready = await second.WaitAsync(line, new WaitOptions { For = WaitFor.Ready, Timeout = Patience.Limit }, Lab.Cancel);
        (ready.Phase, ready.Ready).ShouldBe((Phase.Running, true));
        (await TypesAsync(second, line)).Count(type => type == EventType.Ready).ShouldBe(1);
    }

    [Fact]
    public async Task Time_to_become_ready_runs_on_while_no_manager_is_there()
    {
        await using var lab = new Lab();
        var first = await lab.OpenAsync();
        var id = ProcessId.Parse("late");
        await first.CreateAsync(
            Scripts.Sleeps with { Id = id, Ready = new ReadySpec { By = ReadyBy.Notify, Timeout = TimeSpan.FromSeconds(1) } }, cancellationToken: Lab.Cancel);
        await first.DisposeAsync();
        var second = await lab.OpenAsync();
        (await second.WaitAsync(id, new WaitOptions { Timeout = Patience.Limit }, Lab.Cancel)).Reason.ShouldBe(EndReason.Unhealthy);
    }

    private static async Task<List<EventType>> TypesAsync(EmbeddedProcessManager manager, ProcessId id)
    {
        var types = new List<EventType>();
        await foreach (var told in manager.SubscribeAsync(new EventQuery { Ids = [id], After = "", Follow = false }, Lab.Cancel))
        {
            types.Add(told.Type);
        }

        return types;
    }
}
