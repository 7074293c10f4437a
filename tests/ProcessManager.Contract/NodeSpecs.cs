using Shouldly;
using Xunit;

namespace ProcessManager.Contract;

public abstract class NodeSpecs(IManagerHost host) : ManagerSpecs(host)
{
    [Fact]
    public async Task Only_a_node_that_is_there_and_away_can_be_forgotten()
    {
        var unknown = await Should.ThrowAsync<ProcessManagerException>(() => Manager.ForgetNodeAsync("never-seen", Cancel));
        unknown.Code.ShouldBeOneOf(ErrorCode.NotFound, ErrorCode.NotSupported);
        var live = (await Manager.GetNodesAsync(Cancel)).First(node => node.State == NodeState.Live);
        var there = await Should.ThrowAsync<ProcessManagerException>(() => Manager.ForgetNodeAsync(live.Name, Cancel));
        there.Code.ShouldBe(unknown.Code == ErrorCode.NotSupported ? ErrorCode.NotSupported : ErrorCode.InvalidState);
    }

    [Fact]
    public async Task There_is_a_live_node_and_each_has_a_name_of_its_own()
    {
        var nodes = await Manager.GetNodesAsync(Cancel);

        nodes.Select(node => node.Name).ShouldBeUnique();
        nodes.Select(node => node.Name).ShouldBe(nodes.Select(node => node.Name).Order(StringComparer.Ordinal));
        var live = nodes.First(node => node.State == NodeState.Live);
        live.Name.ShouldNotBeNullOrWhiteSpace();
        live.Cpus.ShouldBeGreaterThanOrEqualTo(1);
        live.Version.ShouldNotBeNullOrWhiteSpace();
        live.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_process_is_on_one_of_them_and_counts_there()
    {
        var info = await Start(Scripts.Sleeps);

        var node = (await Manager.GetNodesAsync(Cancel)).Single(node => node.Name == info.Node);
        node.State.ShouldBe(NodeState.Live);
        await Patience.Until(
            "a node that counts it", async () => (await Manager.GetNodesAsync(Cancel)).Single(other => other.Name == info.Node).Load, load => load >= 1);
    }

    [Fact]
    public async Task A_list_is_picked_by_node()
    {
        var label = Guid.NewGuid().ToString("N");
        var info = await Start(Scripts.Sleeps with { Labels = [new("list", label)] });
        var query = new ProcessQuery { Labels = [new("list", label)] };

        (await Manager.ListAsync(query with { Node = info.Node }, Cancel)).Items.ShouldHaveSingleItem().Id.ShouldBe(info.Id);
        (await Manager.ListAsync(query with { Node = "none-of-them" }, Cancel)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_names_its_node_runs_there()
    {
        var node = (await Manager.GetNodesAsync(Cancel)).Last(node => node.State == NodeState.Live);

        (await Start(Scripts.Sleeps with { Node = node.Name })).Node.ShouldBe(node.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../n1")]
    [InlineData("n 1")]
    public async Task What_cant_be_a_nodes_name_is_refused(string name) =>
        await Refused(ErrorCode.InvalidSpec, () => Manager.CreateAsync(Scripts.Sleeps with { Node = name }, cancellationToken: Cancel));
}
