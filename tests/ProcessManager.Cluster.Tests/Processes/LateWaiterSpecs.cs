namespace ProcessManager.Cluster.Tests;

/// <summary>A wait is many short calls: what happens between two of them isn't missed.</summary>
public sealed class LateWaiterSpecs
{
    [Fact]
    public async Task A_process_that_is_removed_between_two_calls_of_a_wait_is_answered_by_its_end()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 1, scripted: false);
        var manager = NodeCluster.ManagerOf(cluster.Silos[0]);
        var spec = Specs.Sleep with { Id = ProcessId.Parse("late") };
        await manager.CreateAsync(spec);
        var door = new GrainDoor(spec.Id!.Value, cluster.Client, TimeProvider.System);
        await door.LookAsync(CancellationToken.None);

        // Nor is a new one of the same name taken for it.
        await manager.RemoveAsync(spec.Id.Value);
        await ShouldBeOverAsync(door);
        await manager.CreateAsync(spec);
        await ShouldBeOverAsync(door);
    }

    private static async Task ShouldBeOverAsync(GrainDoor door)
    {
        var view = await door.UntilAsync(new ProcessCondition.Terminated(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        (view.Removed, view.Info.Phase, view.Info.Reason).ShouldBe((true, Phase.Finished, EndReason.Stopped));
    }
}
