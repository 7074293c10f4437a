using static ProcessManager.Cluster.Tests.KnownNodes;

namespace ProcessManager.Cluster.Tests;

public class IndexWakingSpecs
{
    [Fact]
    public async Task A_member_that_is_due_is_woken_once()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var (due, later) = (ProcessId.Parse("due"), ProcessId.Parse("later"));
        var now = TimeProvider.System.GetUtcNow();
        await cluster.CreateAsync(IndexCluster.Finished(later) with { WakeAt = now.AddHours(1) });
        await cluster.CreateAsync(IndexCluster.Finished(due) with { WakeAt = now });

        await IndexCluster.UntilAsync(() => cluster.Processes.Times(due, "wake") > 0, "woken");
        TimeProvider.System.GetUtcNow().ShouldBeGreaterThan(now.AddSeconds(1));

        // It wants what it wanted: that is not a reason to wake it again at once.
        await Task.Delay(TimeSpan.FromSeconds(2));
        cluster.Processes.Times(due, "wake").ShouldBe(1);
        cluster.Processes.Times(later, "wake").ShouldBe(0);
    }

    [Fact]
    public async Task A_wake_that_is_broken_off_is_made_again()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var due = ProcessId.Parse("due");
        cluster.Processes.Breaking = 3;
        await cluster.CreateAsync(IndexCluster.Finished(due) with { WakeAt = TimeProvider.System.GetUtcNow() });

        await IndexCluster.UntilAsync(() => cluster.Processes.Times(due, "wake") == 1, "woken");
    }

    [Fact]
    public async Task Busy_members_are_told_when_their_node_goes_and_when_it_is_back()
    {
        await using var cluster = await IndexCluster.StartAsync();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        cluster.Nodes.Are(Node("n1", NodeState.Live, first), Node("n2", NodeState.Live, first));
        var (here, there, resting) = (ProcessId.Parse("here"), ProcessId.Parse("there"), ProcessId.Parse("resting"));
        await cluster.CreateAsync(On(IndexCluster.Busy(here), "n1"));
        await cluster.CreateAsync(On(IndexCluster.Busy(there), "n2"));
        await cluster.CreateAsync(On(IndexCluster.Finished(resting), "n1"));

        cluster.Nodes.Are(Node("n1", NodeState.Away, first), Node("n2", NodeState.Live, first));
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(here, "gone n1") > 0, "told that it went");

        // A silo went: whoever was on it has to be somewhere again.
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(there, "wake") > 0, "woken");

        cluster.Nodes.Are(Node("n1", NodeState.Joining, second), Node("n2", NodeState.Live, first));
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        cluster.Processes.Times(here, "back n1").ShouldBe(0);
        cluster.Nodes.Are(Node("n1", NodeState.Live, second), Node("n2", NodeState.Live, first));
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(here, "back n1") > 0, "told that it is back");

        cluster.Nodes.Are(Node("n2", NodeState.Live, first));
        await IndexCluster.UntilAsync(() => cluster.Processes.Times(here, "gone n1") > 1, "told that it isn't known any more");
        cluster.Processes.Times(there, "back n2").ShouldBe(0);
        cluster.Processes.Times(resting, "gone n1").ShouldBe(0);
    }

    private static IndexEntry On(IndexEntry entry, string node) => entry with { Info = entry.Info with { Node = node } };
}
