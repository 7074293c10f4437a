using Shouldly;
using Xunit;

namespace ProcessManager.Os.Tests;

public sealed class RunMarkSpecs
{
    private static readonly Guid Outer = Guid.NewGuid();
    private static readonly Guid Inner = Guid.NewGuid();
    private static readonly ProcessId A = ProcessId.Parse("a.b");

    [Fact]
    public void A_mark_is_found_as_an_element_of_the_chain()
    {
        var chain = RunMark.Chain(RunMark.Chain(null, Outer, A, new Epoch(1, 10)), Inner, A, new Epoch(2, 3));
        RunMark.Find(chain, Outer.ToString("N")).ShouldBe(new RunMark(A, new Epoch(1, 10), Innermost: false));
        RunMark.Find(chain, Inner.ToString("N")).ShouldBe(new RunMark(A, new Epoch(2, 3), Innermost: true));
        RunMark.Find(chain, Guid.NewGuid().ToString("N")).ShouldBeNull();
        RunMark.Find("", Outer.ToString("N")).ShouldBeNull();
    }

    [Fact]
    public void The_own_mark_is_not_chained_to_itself()
    {
        var once = RunMark.Chain(null, Outer, A, new Epoch(1, 1));
        RunMark.Chain(once, Outer, A, new Epoch(2, 1)).ShouldBe($"{Outer:N}/a.b/2.1");
    }

    [Fact]
    public void Numbers_that_began_anew_are_in_the_span()
    {
        new PidSpan(100, 200).ShouldSatisfyAllConditions(x => x.Contains(100).ShouldBeTrue(), x => x.Contains(99).ShouldBeFalse(), x => x.Contains(201).ShouldBeFalse());
        new PidSpan(32000, 400).ShouldSatisfyAllConditions(x => x.Contains(32700).ShouldBeTrue(), x => x.Contains(300).ShouldBeTrue(), x => x.Contains(401).ShouldBeFalse());
        PidSpan.SinceFirstOf([Environment.ProcessId]).ShouldNotBeNull().Contains(Environment.ProcessId).ShouldBeTrue();
    }
}
