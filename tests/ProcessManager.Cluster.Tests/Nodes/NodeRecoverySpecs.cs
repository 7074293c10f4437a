namespace ProcessManager.Cluster.Tests;

public sealed class NodeRecoverySpecs
{
    private static readonly ProcessId Known = ProcessId.Parse("known");
    private static readonly ProcessId Forgotten = ProcessId.Parse("forgotten");
    private static readonly Epoch First = new(1, 1);

    [Fact]
    public async Task Processes_are_asked_whose_the_children_are_and_only_those_of_nobody_are_ended()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var name = cluster.Silos[2].Name;
        var (known, forgotten) = await TwoChildrenAsync(cluster, name);
        await cluster.KillAsync(cluster.Silos[2]);
        cluster.Processes.OnNodeBack = (id, _) => id == Known;
        cluster.Options = options => options with { Name = name, DataDirectory = cluster.DirectoryOf(name) };

        var back = await cluster.AddSiloAsync();
        var report = await NodeCluster.NodeOf(back).Recovered;

        report.Known.ShouldBe(1);
        report.Orphans.ShouldHaveSingleItem().Id.ShouldBe(Forgotten);
        await NodeCluster.UntilAsync(() => !Specs.IsAlive(forgotten), () => $"{forgotten} lives.");
        Specs.IsAlive(known).ShouldBeTrue();
        cluster.Processes.Asked.ShouldContain((Known, name, First));
        cluster.Processes.Asked.ShouldContain((Forgotten, name, First));
        await NodeCluster.UntilAsync(() => !cluster.Processes.Notices.IsEmpty, () => "Nobody was told of the orphan.");
        cluster.Processes.Notices.ShouldAllBe(notice => notice.Type == EventType.Orphan && notice.Node == name && notice.Id == Forgotten);
        var logs = Path.Combine(cluster.DirectoryOf(name), "logs");
        Directory.Exists(Path.Combine(logs, "known")).ShouldBeTrue();
        Directory.Exists(Path.Combine(logs, "forgotten")).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_ended_and_nothing_placed_while_nobody_can_answer()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var name = cluster.Silos[2].Name;
        var (known, forgotten) = await TwoChildrenAsync(cluster, name);
        await cluster.KillAsync(cluster.Silos[2]);
        var (away, asked) = (true, 0);
        cluster.Processes.OnNodeBack = (id, _) =>
        {
            Interlocked.Increment(ref asked);
            return Volatile.Read(ref away) ? throw new IOException("The database is away.") : id == Known;
        };
        cluster.Options = options => options with { Name = name, DataDirectory = cluster.DirectoryOf(name) };

        var back = await cluster.AddSiloAsync();
        await NodeCluster.UntilAsync(() => Volatile.Read(ref asked) > 10, () => $"{asked} were asked.");

        NodeCluster.NodeOf(back).State.ShouldBe(NodeState.Joining);
        Specs.IsAlive(known).ShouldBeTrue();
        Specs.IsAlive(forgotten).ShouldBeTrue();
        Volatile.Write(ref away, false);
        (await NodeCluster.NodeOf(back).Recovered).Orphans.Count.ShouldBe(1);
        await cluster.LiveAsync();
        Specs.IsAlive(known).ShouldBeTrue();
    }

    private static async Task<(ChildIdentity Known, ChildIdentity Forgotten)> TwoChildrenAsync(NodeCluster cluster, string node)
    {
        var doors = NodeCluster.DoorsOf(cluster.Silos[0]);
        await doors.HandOverAsync(node, Known, First, new SupervisorCommand.Spawn(Specs.Sleep));
        await doors.HandOverAsync(node, Forgotten, First, new SupervisorCommand.Spawn(Specs.Sleep));
        return (await cluster.Processes.ChildOfAsync(Known), await cluster.Processes.ChildOfAsync(Forgotten));
    }
}
