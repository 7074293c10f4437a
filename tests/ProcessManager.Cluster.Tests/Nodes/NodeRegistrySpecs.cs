namespace ProcessManager.Cluster.Tests;

public sealed class NodeRegistrySpecs
{
    [Fact]
    public async Task Every_silo_knows_every_node_and_its_load()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var (here, there) = (cluster.Silos[0], cluster.Silos[1]);

        await NodeCluster.DoorsOf(here).HandOverAsync(there.Name, ProcessId.Parse("a"), new Epoch(1, 1), new SupervisorCommand.Spawn(Specs.Sleep));

        await NodeCluster.UntilAsync(() => cluster.Silos.All(silo => NodeCluster.TableOf(silo).Find(there.Name)!.Info.Load == 1), cluster.Seen);
        var nodes = await cluster.Client.GetGrain<INodeDoorGrain>(here.Name).NodesAsync();
        nodes.Select(node => node.Name).ShouldBe(cluster.Silos.Select(silo => silo.Name), ignoreOrder: true);
        nodes.ShouldAllBe(node => node.Cpus == Environment.ProcessorCount && node.Address != null && node.State == NodeState.Live);
    }

    [Fact]
    public async Task A_name_that_stands_for_another_data_directory_is_refused()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 2);
        var taken = cluster.Silos[0].Name;
        cluster.Options = options => options with { Name = taken };

        var refused = await Should.ThrowAsync<ProcessManagerException>(cluster.AddSiloAsync);

        refused.Code.ShouldBe(ErrorCode.AlreadyRunning);
        refused.Message.ShouldContain(NodeCluster.TableOf(cluster.Silos[0]).Find(taken)!.Info.Address!);
        NodeCluster.TableOf(cluster.Silos[0]).Find(taken)!.Info.State.ShouldBe(NodeState.Live);
    }

    [Fact]
    public async Task A_data_directory_in_use_is_refused()
    {
        await using var cluster = await NodeCluster.StartAsync(silos: 1);
        cluster.Options = options => options with { DataDirectory = cluster.DirectoryOf(cluster.Silos[0].Name) };

        var refused = await Should.ThrowAsync<ProcessManagerException>(cluster.AddSiloAsync);

        refused.Code.ShouldBe(ErrorCode.AlreadyRunning);
    }

    [Fact]
    public async Task A_silo_that_dies_takes_its_node_away_and_calls_the_index_up()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var (left, died) = (cluster.Silos[0], cluster.Silos[2]);
        cluster.Processes.Touches.Clear();

        await cluster.KillAsync(died);

        await NodeCluster.UntilAsync(() => cluster.Silos.All(silo => NodeCluster.TableOf(silo).Find(died.Name)!.Info.State == NodeState.Away), cluster.Seen);
        NodeCluster.TableOf(left).Find(died.Name)!.Silo.ShouldBeNull();
        await NodeCluster.UntilAsync(() => cluster.Processes.Touches.Count == IndexPartitions.Count, () => $"{cluster.Processes.Touches.Count} partitions were touched.");
        var away = await Should.ThrowAsync<ProcessManagerException>(() =>
            NodeCluster.DoorsOf(left).HandOverAsync(died.Name, ProcessId.Parse("a"), new Epoch(1, 1), new SupervisorCommand.Forget()));
        away.Code.ShouldBe(ErrorCode.NodeUnavailable);
        (await cluster.Client.GetGrain<INodeDoorGrain>(died.Name).PutInputAsync([1])).Error!.Code.ShouldBe(ErrorCode.NodeUnavailable);

        // One that lives, or was never there, can't be forgotten; one that is away can.
        var registry = cluster.Client.GetGrain<INodesGrain>(0);
        (await registry.ForgetAsync(left.Name)).Error!.Code.ShouldBe(ErrorCode.InvalidState);
        (await registry.ForgetAsync("never-seen")).Error!.Code.ShouldBe(ErrorCode.NotFound);
        Answer<bool> forgotten = default!;
        await Eventually.HoldsAsync(
            async () => (forgotten = await registry.ForgetAsync(died.Name)).Error is null, () => Task.FromResult($"forgotten: {forgotten.Error}"), TimeSpan.FromSeconds(60));
        await NodeCluster.UntilAsync(() => cluster.Silos.All(silo => NodeCluster.TableOf(silo).Find(died.Name) is null), cluster.Seen);
    }

    [Fact]
    public async Task A_silo_that_shuts_down_leaves_its_children_running_and_its_node_away()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var stopped = cluster.Silos[2];
        await NodeCluster.DoorsOf(stopped).HandOverAsync(stopped.Name, ProcessId.Parse("a"), new Epoch(1, 1), new SupervisorCommand.Spawn(Specs.Sleep));
        await NodeCluster.UntilAsync(() => cluster.Processes.Children.Any(), () => "Nothing was spawned.");
        NodeCluster.NodeOf(stopped).Up.ShouldBe(1);

        await cluster.StopAsync(stopped);

        await NodeCluster.UntilAsync(() => cluster.Silos.All(silo => NodeCluster.TableOf(silo).Find(stopped.Name)!.Info.State == NodeState.Away), cluster.Seen);
        Specs.IsAlive(cluster.Processes.Children.Single()).ShouldBeTrue();
    }
}
