namespace ProcessManager.Cluster.Tests;

public sealed class NodeReturnSpecs
{
    [Fact]
    public async Task A_node_that_comes_back_has_the_same_children()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 3, scripted: false);
        var manager = NodeCluster.ManagerOf(cluster.Silos[0]);
        var name = cluster.Silos[2].Name;
        var before = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => manager.CreateAsync(Specs.Sleep with { Node = name })));
        before.ShouldAllBe(info => info.Node == name && info.OsPid != null);

        await cluster.KillAsync(cluster.Silos[2]);
        await Eventually.HoldsAsync(
            async () => (await LookAsync(manager, before)).All(info => info.Phase == Phase.Waiting),
            async () => $"all wait for their node; they are {string.Join(", ", (await LookAsync(manager, before)).Select(info => $"{info.Phase} {info.BlockedBy}"))}",
            TimeSpan.FromSeconds(60));
        cluster.Processes.Children.Count().ShouldBe(10);
        cluster.Processes.Children.ShouldAllBe(child => Specs.IsAlive(child));

        cluster.Options = options => options with { Name = name, DataDirectory = cluster.DirectoryOf(name) };
        var report = await NodeCluster.NodeOf(await cluster.AddSiloAsync()).Recovered;

        report.Known.ShouldBe(10);
        report.Orphans.ShouldBeEmpty();
        await Eventually.HoldsAsync(
            async () => (await LookAsync(manager, before)).All(info => info.Phase == Phase.Running),
            async () => $"all run; they are {string.Join(", ", (await LookAsync(manager, before)).Select(info => $"{info.Phase} {info.BlockedBy}"))}",
            TimeSpan.FromSeconds(60));
        (await LookAsync(manager, before)).Select(info => info.OsPid).ShouldBe(before.Select(info => info.OsPid));
        cluster.Processes.Children.Count().ShouldBe(10);
    }

    [Fact]
    public async Task A_silo_can_end_the_children_of_its_machine_before_it_stops()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2, scripted: false);
        var manager = NodeCluster.ManagerOf(cluster.Silos[0]);
        var (stopping, other) = (cluster.Silos[1], cluster.Silos[0]);
        var meek = await manager.CreateAsync(Specs.Sleep with { Node = stopping.Name });
        var stubborn = await manager.CreateAsync(Specs.Shell("trap '' TERM; while :; do sleep 1; done") with { Node = stopping.Name });
        var elsewhere = await manager.CreateAsync(Specs.Sleep with { Node = other.Name });

        var ended = await NodeCluster.NodeOf(stopping).StopChildrenAsync([meek.Id, stubborn.Id], TimeSpan.FromSeconds(2), CancellationToken.None);

        ended.ShouldBe([meek.Id, stubborn.Id], ignoreOrder: true);
        NodeCluster.NodeOf(stopping).Up.ShouldBe(0);
        (await manager.GetAsync(elsewhere.Id)).Phase.ShouldBe(Phase.Running);
    }

    private static Task<ProcessInfo[]> LookAsync(IProcessManager manager, IEnumerable<ProcessInfo> known) =>
        Task.WhenAll(known.Select(info => manager.GetAsync(info.Id)));
}
