using System.Text.Json;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>Orders go from node to node, so each is read back as what it was.</summary>
public class OrdersBetweenNodes
{
    private static readonly Epoch Epoch = new(3, 2);

    public static TheoryData<ProcessOrder> Orders =>
    [
        new ProcessOrder.Start(),
        new ProcessOrder.Start(new Placement.On("n1")),
        new ProcessOrder.Start(new Placement.Nowhere("no node is live")),
        new ProcessOrder.Stop(null),
        new ProcessOrder.Stop(TimeSpan.FromSeconds(5)),
        new ProcessOrder.Kill(),
        new ProcessOrder.Restart(TimeSpan.Zero),
        new ProcessOrder.Restart(null, new Placement.On("n1")),
        new ProcessOrder.SendSignal(Signal.Hup, Tree: true),
        new ProcessOrder.Attach(new Attachment(Life.Child(Epoch), Startable: true), new Placement.On("n1")),
        new ProcessOrder.Detach(),
        new ProcessOrder.Update(Life.Spec() with { Node = "n1", NodeLabels = [new("a", "b")] }, 7, new Placement.On("n1")),
        new ProcessOrder.Remove(TimeSpan.FromSeconds(1)),
        new ProcessOrder.Recover(),
        new ProcessOrder.Wake(),
        new ProcessOrder.StartToken(Epoch),
        new ProcessOrder.CleanedUp(Epoch),
        new ProcessOrder.Placed(Epoch, new Placement.On("n1")),
        new ProcessOrder.DependencyNews(
            Epoch,
            [new DependencyStanding(new Dependency(ProcessId.Parse("db"), DependencyCondition.Completed) { Timeout = TimeSpan.FromSeconds(1) }, Standing.Down, "which is not started")],
            new Placement.On("n1")),
        new ProcessOrder.NodeGone("n1"),
        new ProcessOrder.NodeBack("n1"),
        new ProcessOrder.Reported(Epoch, new SupervisorReport.Exited(new ExitStatus.Code(3), Life.Birth, "no")),
        new ProcessOrder.Reported(Epoch, new SupervisorReport.OutputTruncated(LogStream.Stdout, 7, Life.Birth)),
    ];

    [Theory]
    [MemberData(nameof(Orders))]
    public void An_order_is_read_back_equal(ProcessOrder order)
    {
        var json = JsonSerializer.Serialize(order, ProcessManagerJson.Options);
        JsonSerializer.Deserialize<ProcessOrder>(json, ProcessManagerJson.Options).ShouldBe(order);
    }

    [Theory]
    [InlineData(typeof(ProcessOrder))]
    [InlineData(typeof(SupervisorCommand))]
    [InlineData(typeof(SupervisorReport))]
    [InlineData(typeof(ExitStatus))]
    [InlineData(typeof(Placement))]
    [InlineData(typeof(Blocker))]
    [InlineData(typeof(ProcessCondition))]
    public void Each_of_a_family_has_a_name_on_the_wire(Type family)
    {
        var named = family.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), inherit: false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>()
            .Select(attribute => attribute.DerivedType);
        family.GetNestedTypes().Where(family.IsAssignableFrom).ShouldBe(named, ignoreOrder: true);
    }
}
