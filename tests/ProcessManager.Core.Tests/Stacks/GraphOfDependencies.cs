using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace ProcessManager.Tests;

public class GraphOfDependencies
{
    [Fact]
    public void A_cycle_is_named_along_its_way()
    {
        Graph(("a", []), ("b", ["c", "a"]), ("c", ["d"]), ("d", ["b"])).Cycle()!.Select(id => id.Value).ShouldBe(["b", "c", "d", "b"]);
        Graph(("a", ["a"])).Cycle()!.Select(id => id.Value).ShouldBe(["a", "a"]);
        Should.Throw<ProcessManagerException>(() => Graph(("a", ["b"]), ("b", ["a"])).CheckCycles()).Message.ShouldContain("a → b → a");
        Should.Throw<ProcessManagerException>(() => Graph(("a", ["a"])).CheckCycles()).Code.ShouldBe(ErrorCode.DependencyCycle);
    }

    [Fact]
    public void Two_ways_to_the_same_are_no_cycle() => Graph(("a", ["b", "c"]), ("b", ["d"]), ("c", ["d"]), ("d", [])).Cycle().ShouldBeNull();

    [Fact]
    public void What_is_missing_is_told_with_who_wants_it()
    {
        var graph = new DependencyGraph([
            (ProcessId.Parse("a"), [new(ProcessId.Parse("x")), new(ProcessId.Parse("y")) { Optional = true }]),
            (ProcessId.Parse("b"), [new(ProcessId.Parse("a"))]),
        ]);
        graph.Outside().ShouldBe([(ProcessId.Parse("a"), ProcessId.Parse("x"))]);
        var error = Should.Throw<ProcessManagerException>(() => DependencyGraph.Refuse([.. graph.Outside()]));
        (error.Code, error.Message).ShouldBe((ErrorCode.DependencyMissing, "\"a\" depends on \"x\", which isn't there."));
    }

    [Fact]
    public void A_very_long_chain_is_no_trouble()
    {
        var chain = Enumerable.Range(0, 50_000).Select(i => ($"p{i}", (string[])[$"p{i + 1}"])).Append(("p50000", [])).ToArray();
        Graph(chain).Cycle().ShouldBeNull();
        Graph(chain).Layers().Count.ShouldBe(50_001);
        Graph([.. chain.SkipLast(1), ("p50000", ["p0"])]).Cycle()!.Count.ShouldBe(50_002);
    }

    [Fact]
    public void Layers_hold_all_and_each_waits_only_for_layers_before() => Prop.ForAll(Edges.ToArbitrary(), edges =>
    {
        var graph = Acyclic(edges);
        var layers = graph.Layers();
        var layerOf = layers.SelectMany((layer, index) => layer.Select(id => (id, index))).ToDictionary();
        layerOf.Count.ShouldBe(graph.Ids.Count);
        foreach (var id in graph.Ids)
        {
            layerOf[id].ShouldBe(graph.DependenciesOf(id).Select(on => layerOf[on] + 1).DefaultIfEmpty(0).Max());
        }

        graph.Cycle().ShouldBeNull();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_edge_back_along_a_path_makes_a_cycle_that_is_really_there() => Prop.ForAll(Edges.ToArbitrary(), edges =>
    {
        var graph = Acyclic(edges);
        var last = graph.Layers()[^1][0];
        var way = last;
        while (graph.DependenciesOf(way) is [var on, ..])
        {
            way = on;
        }

        var closed = new DependencyGraph(graph.Ids.Select(id => (id, id == way ? (ValueList<Dependency>)[.. graph.EdgesOf(id), new(last)] : graph.EdgesOf(id))));
        var cycle = closed.Cycle().ShouldNotBeNull();
        cycle[0].ShouldBe(cycle[^1]);
        cycle.Zip(cycle.Skip(1)).ShouldAllBe(step => closed.DependenciesOf(step.First).Contains(step.Second));
    }).QuickCheckThrowOnFailure();

    internal static Gen<(int From, int To)[]> Edges { get; } = Gen.Zip(Gen.Choose(0, 40), Gen.Choose(0, 40)).ArrayOf();

    /// <summary>From the higher number to the lower: without cycles.</summary>
    internal static DependencyGraph Acyclic((int From, int To)[] edges)
    {
        var upward = edges.Where(edge => edge.From != edge.To).ToLookup(edge => Math.Max(edge.From, edge.To), edge => Math.Min(edge.From, edge.To));
        return new DependencyGraph(Enumerable.Range(0, 41).Select(
            i => (ProcessId.Parse($"p{i}"), (ValueList<Dependency>)[.. upward[i].Distinct().Select(on => new Dependency(ProcessId.Parse($"p{on}")))])));
    }

    private static DependencyGraph Graph(params (string Id, string[] On)[] processes) => new(processes.Select(
        process => (ProcessId.Parse(process.Id), (ValueList<Dependency>)[.. process.On.Select(on => new Dependency(ProcessId.Parse(on)))])));
}
