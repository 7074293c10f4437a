using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>Which node a process goes to.</summary>
public class Placing
{
    private static readonly ProcessSpec Any = Life.Spec();

    [Fact]
    public void It_goes_to_the_live_node_with_the_least_load_per_cpu()
    {
        Choose(Any, Node("a", load: 3, cpus: 1), Node("b", load: 8, cpus: 4), Node("c", load: 0, state: NodeState.Joining)).ShouldBe(new Placement.On("b"));
        Choose(Any, Node("b", load: 4, cpus: 2), Node("a", load: 8, cpus: 4)).ShouldBe(new Placement.On("a"));
    }

    [Fact]
    public void It_stays_where_it_is_while_that_is_live_and_fits()
    {
        NodeInfo[] nodes = [Node("a"), Node("b", load: 100)];
        PlacementRules.Choose(Any, "b", nodes).ShouldBe(new Placement.On("b"));
        PlacementRules.Choose(Any with { Node = "a" }, "b", nodes).ShouldBe(new Placement.On("a"));
        PlacementRules.Choose(Any, "b", [Node("a"), Node("b", state: NodeState.Leaving)]).ShouldBe(new Placement.On("a"));
    }

    [Fact]
    public void All_labels_must_match()
    {
        var spec = Any with { NodeLabels = [new("disk", "fast"), new("zone", "1")] };
        Choose(spec, Node("a") with { Labels = [new("disk", "fast")] }, Node("b", load: 9) with { Labels = [new("zone", "1"), new("disk", "fast")] })
            .ShouldBe(new Placement.On("b"));
        Why(spec, Node("a") with { Labels = [new("disk", "fast")] }).ShouldBe("no live node has the labels disk=fast, zone=1");
        Why(spec with { Node = "a" }, Node("a")).ShouldBe("its node \"a\" doesn't have the labels disk=fast, zone=1");
    }

    [Fact]
    public void It_says_why_there_is_none()
    {
        Why(Any).ShouldBe("no node is live");
        Why(Any, Node("a", state: NodeState.Away)).ShouldBe("no node is live");
        Why(Any with { Node = "x" }, Node("a")).ShouldBe("no node named \"x\" is known");
        Why(Any with { Node = "a" }, Node("a", state: NodeState.Away)).ShouldBe("its node \"a\" is away since 2026-01-02T03:04:05.000Z");
        Why(Any with { Node = "a" }, Node("a", state: NodeState.Leaving)).ShouldBe("its node \"a\" is leaving");
        Why(Any with { Node = "a" }, Node("a", state: NodeState.Joining)).ShouldBe("its node \"a\" is joining");
        Why(Any with { NodeLabels = [new("a", "b")] }, Node("a")).ShouldBe("no live node has the label a=b");
    }

    [Fact]
    public void One_machine_has_no_other_and_no_labels()
    {
        PlacementRules.CheckAlone(Any with { Node = "here" }, "here").ShouldBeEmpty();
        PlacementRules.CheckAlone(Any with { Node = "n2", NodeLabels = [new("a", "b")] }, "here").Select(fault => fault.ToString()).ShouldBe(
        [
            "node: names \"n2\", and this manager has one machine, \"here\"",
            "nodeLabels: asks for the label a=b, and this manager has one machine, which has no labels",
        ]);
        PlacementRules.CheckAlone(Any with { Node = "n2" }, null).ShouldHaveSingleItem().Message.ShouldContain("which has no name");
    }

    [Fact]
    public void Of_any_nodes_the_chosen_one_fits_and_none_that_fits_is_less_loaded()
    {
        var node =
            from state in Gen.Elements(Enum.GetValues<NodeState>())
            from load in Gen.Choose(0, 20)
            from cpus in Gen.Choose(1, 4)
            from labels in Gen.Elements<ValueMap<string>>([], [new("disk", "fast")], [new("disk", "slow")])
            select (State: state, Load: load, Cpus: cpus, Labels: labels);
        var spec =
            from wanted in Gen.Elements(null, "n0", "n1", "n9")
            from labels in Gen.Elements<ValueMap<string>>([], [new("disk", "fast")])
            select Any with { Node = wanted, NodeLabels = labels };
        var cases =
            from nodes in node.ArrayOf()
            from asked in spec
            from present in Gen.Elements(null, "n0", "n2")
            select (Nodes: nodes.Select((n, i) => Node($"n{i}", n.State, n.Load, n.Cpus) with { Labels = n.Labels }).ToArray(), asked, present);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Arb.From(cases), c =>
        {
            var fitting = c.Nodes
                .Where(n => n.State == NodeState.Live && (c.asked.Node ?? n.Name) == n.Name)
                .Where(n => c.asked.NodeLabels.Count == 0 || n.Labels.Equals(c.asked.NodeLabels))
                .ToList();
            var choice = PlacementRules.Choose(c.asked, c.present, c.Nodes);
            if (choice is Placement.On on)
            {
                var chosen = fitting.Where(n => n.Name == on.Node).ShouldHaveSingleItem();
                (on.Node == c.present || fitting.TrueForAll(n => n.Load * chosen.Cpus >= chosen.Load * n.Cpus)).ShouldBeTrue();
                (fitting.Exists(n => n.Name == c.present) && on.Node != c.present).ShouldBeFalse();
            }
            else
            {
                fitting.ShouldBeEmpty();
                ((Placement.Nowhere)choice).Why.ShouldNotBeNullOrWhiteSpace();
            }
        }));
    }

    [Fact]
    public void It_goes_where_there_is_as_much_as_it_may_use()
    {
        var (small, large) = (Node("small") with { Cpus = 2, MemoryBytes = 4L << 30 }, Node("large") with { Cpus = 8, MemoryBytes = 64L << 30, Load = 100 });
        Choose(Any with { Resources = new ResourceSpec { MemoryMax = 8L << 30 } }, small, large).ShouldBe(new Placement.On("large"));
        Choose(Any with { Resources = new ResourceSpec { CpuMax = 2.5 } }, small, large).ShouldBe(new Placement.On("large"));
        Choose(Any with { Resources = new ResourceSpec { CpuMax = 2, MemoryMax = 4L << 30 } }, small, large).ShouldBe(new Placement.On("small"));
        Choose(Any with { Resources = new ResourceSpec { MemoryMax = 8L << 30 } }, small with { MemoryBytes = null }).ShouldBe(new Placement.On("small"));

        var greedy = Any with { Resources = new ResourceSpec { MemoryMax = 100L << 30, CpuMax = 4 } };
        Choose(greedy, small, large).ShouldBe(new Placement.Nowhere("no live node has 100GiB of memory and 4 CPUs"));
        Choose(greedy with { Node = "large" }, small, large).ShouldBe(new Placement.Nowhere("its node \"large\" doesn't have 100GiB of memory and 4 CPUs"));
    }

    private static Placement Choose(ProcessSpec spec, params NodeInfo[] nodes) => PlacementRules.Choose(spec, null, nodes);

    private static string Why(ProcessSpec spec, params NodeInfo[] nodes) => Choose(spec, nodes).ShouldBeOfType<Placement.Nowhere>().Why;

    private static NodeInfo Node(string name, NodeState state = NodeState.Live, int load = 0, int cpus = 1) =>
        new() { Name = name, State = state, Since = Life.Birth, Load = load, Cpus = cpus };
}
