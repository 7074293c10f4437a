using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ProcessManager.Tests;

/// <summary>Whatever is asked, told and lost in whatever order: <see cref="History"/> says what must hold.</summary>
public class AnyHistory
{
    private const int Histories = 700;

    [Fact]
    public void Keeps_the_promises_of_a_process_with_a_supervisor_that_tells_the_truth() => CheckAll(reportsAreTrue: true, cluster: false);

    [Fact]
    public void Keeps_its_shape_whatever_a_supervisor_tells() => CheckAll(reportsAreTrue: false, cluster: false);

    [Fact]
    public void Keeps_the_promises_on_nodes_that_come_and_go() => CheckAll(reportsAreTrue: true, cluster: true);

    [Fact]
    public void Keeps_its_shape_on_nodes_whatever_they_tell() => CheckAll(reportsAreTrue: false, cluster: true);

    private static void CheckAll(bool reportsAreTrue, bool cluster)
    {
        var step = Gen.Zip(Gen.Choose(0, 99), Gen.Choose(0, 999));
        var steps = Gen.Choose(1, 120).SelectMany(count => step.ArrayOf(count));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Histories),
            Prop.ForAll(Arb.From(steps, Shorter), history => History.Check(reportsAreTrue, cluster, history)));
    }

    private static IEnumerable<(int Kind, int Luck)[]> Shorter((int Kind, int Luck)[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= steps.Length; at += size)
            {
                yield return [.. steps[..at], .. steps[(at + size)..]];
            }
        }
    }
}
