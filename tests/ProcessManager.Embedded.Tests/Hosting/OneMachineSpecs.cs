using ProcessManager.Contract;
using Shouldly;
using Xunit;

namespace ProcessManager.Embedded.Tests;

/// <summary>A manager without a cluster has one node: itself.</summary>
public sealed class OneMachineSpecs
{
    [Fact]
    public async Task It_is_its_only_node()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync(options => options with { Node = "here" });

        var node = (await manager.GetNodesAsync(Lab.Cancel)).ShouldHaveSingleItem();

        (node.Name, node.State, node.Load, node.Address).ShouldBe(("here", NodeState.Live, 0, null));
    }

    [Fact]
    public async Task What_wants_another_node_is_refused_with_a_sentence()
    {
        await using var lab = new Lab();
        var manager = await lab.OpenAsync(options => options with { Node = "here" });
        var spec = new ProcessSpec { Id = ProcessId.Parse("web"), Command = "sleep", Args = ["1000"], Node = "n2", NodeLabels = [new("disk", "fast")] };

        var refused = await Should.ThrowAsync<ProcessManagerException>(() => manager.CreateAsync(spec, cancellationToken: Lab.Cancel));

        refused.Code.ShouldBe(ErrorCode.InvalidSpec);
        refused.Faults.Select(fault => fault.Path).ShouldBe(["node", "nodeLabels"]);
        refused.Faults[0].Message.ShouldBe("names \"n2\", and this manager has one machine, \"here\"");
        await manager.CreateAsync(spec with { Node = "here", NodeLabels = [] }, start: false, Lab.Cancel);
        (await Should.ThrowAsync<ProcessManagerException>(() => manager.UpdateAsync(spec, cancellationToken: Lab.Cancel))).Code.ShouldBe(ErrorCode.InvalidSpec);
    }
}
