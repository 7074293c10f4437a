namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>A silo is lost while three hundred processes run on three: the others go on, its own wait for it, and none is ever there twice.</summary>
public sealed class LostSiloSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    private const int Children = 300;

    /// <summary>So many more don't wait for their node.</summary>
    private const int Impatient = 15;

    /// <summary>It is some 3 s on an idle machine; 12 s when the silo hangs, which has to be confirmed by others.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Back = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Killed_its_processes_wait_for_it_and_are_adopted_once() => LoseAsync(
        silo => silo.KillAsync(),
        _ => Task.CompletedTask);

    [Fact]
    public Task Hung_its_processes_wait_for_it_and_are_adopted_once_though_it_wakes_up() => LoseAsync(
        silo =>
        {
            silo.Hang();
            return Task.CompletedTask;
        },
        async silo =>
        {
            silo.GoOn();

            // It reads that it was declared dead, and ends.
            var (code, _, _) = await silo.EndedAsync();
            code.ShouldNotBe(0);
        });

    private async Task LoseAsync(Func<SiloProcess, Task> lose, Func<SiloProcess, Task> end)
    {
        var before = await StartAsync(
        [
            .. Enumerable.Range(0, Children).Select(number => Sleeper($"w{number:D3}")),
            .. Enumerable.Range(0, Impatient).Select(number => Sleeper($"f{number:D2}") with { OnNodeLost = OnNodeLost.Fail }),
        ]);
        var spread = before.Values.CountBy(info => info.Node!).ToDictionary();
        spread.Keys.ShouldBe(Cluster.Silos.Select(silo => silo.Node), ignoreOrder: true);
        spread.Values.ShouldAllBe(count => count > Children / 6, $"{string.Join(", ", spread)}");
        var expected = OsPids(before.Values);
        await ShouldRunAsync(expected, "at first");

        var lost = Cluster.Silo("n2");
        var there = before.Values.Where(info => info.Node == lost.Node).ToLookup(info => IsImpatient(info.Id));
        var began = TimeProvider.System.GetTimestamp();
        await lose(lost);

        foreach (var other in before.Values.Where(info => info.Node != lost.Node && !IsImpatient(info.Id)).DistinctBy(info => info.Node))
        {
            expected[other.Id] = await ServeAsync(other);
        }

        await Eventually.HoldsAsync(
            async () => (await Manager.GetNodesAsync(Cancel)).Single(node => node.Name == lost.Node).State == NodeState.Away, () => Task.FromResult($"{lost.Node} is away"), Soon);
        var created = await Manager.CreateAsync(Sleeper("new"), cancellationToken: Cancel);
        created.Node.ShouldNotBe(lost.Node);
        expected[created.Id] = created.OsPid!.Value;
        Elapsed("the others served everything again").ShouldBeLessThan(Soon);

        await UntilAsync("waiting for their node", [.. there[false].Select(info => info.Id)], info => WaitsFor(info, lost.Node), Soon);
        Elapsed("its processes were shown waiting");
        await UntilAsync(
            "lost with their node", [.. there[true].Select(info => info.Id)], info => info is { Phase: Phase.Terminated or Phase.Finished, Reason: EndReason.NodeLost }, Soon);
        await ShouldRunAsync(expected, "while it is away");

        await end(lost);
        began = TimeProvider.System.GetTimestamp();
        Note($"it was ready again after {(await lost.StartAsync()).TotalSeconds:F1} s");
        await UntilAsync("running, the same ones", [.. there[false].Select(info => info.Id)], info => info.Phase == Phase.Running && info.OsPid == expected[info.Id], Back);
        Elapsed("its processes were adopted");
        foreach (var impatient in there[true])
        {
            expected.Remove(impatient.Id);
        }

        await Eventually.HoldsAsync(
            () => Task.FromResult(Census.Present.All(main => there[true].All(info => info.Id.Value != main.Id))), () => Task.FromResult("the end of those that were given up"), Back);
        await ShouldRunAsync(expected, "at the end");
        await Eventually.HoldsAsync(
            async () => (await ToldAsync(EventType.Adopted)).Select(one => one.Id).Distinct().Count() >= there[false].Count(), () => Task.FromResult("all told of their adoption"), Back);
        var adopted = (await ToldAsync(EventType.Adopted)).CountBy(one => one.Id!.Value).ToDictionary();
        adopted.ShouldBe(there[false].ToDictionary(info => info.Id, _ => 1), ignoreOrder: true);
        Census.ShouldBeClean();

        TimeSpan Elapsed(string what)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            Note($"{what} after {elapsed.TotalSeconds:F1} s");
            return elapsed;
        }
    }

    /// <summary>All that can be asked of a process on another node; answers its new OS pid.</summary>
    private async Task<int> ServeAsync(ProcessInfo other)
    {
        (await Manager.GetAsync(other.Id, Cancel)).OsPid.ShouldBe(other.OsPid);
        (await Manager.StopAsync(other.Id, new StopOptions { Wait = true }, Cancel)).Reason.ShouldBe(EndReason.Stopped);
        var again = await Manager.StartAsync(other.Id, Cancel);
        again.Phase.ShouldBe(Phase.Running, $"{again}");
        return again.OsPid!.Value;
    }

    private static bool IsImpatient(ProcessId id) => id.Value.Contains("-f", StringComparison.Ordinal);

    private static bool WaitsFor(ProcessInfo info, string node) =>
        info is { Phase: Phase.Waiting, Ready: false, BlockedBy: { } why } && why.Contains(node, StringComparison.Ordinal);
}
