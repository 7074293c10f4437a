namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>Silos that start again where they were: with rows in the database that say that they are still there, and on purpose, one after another.</summary>
public sealed class RestartSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    // The promise is 15 s; the rest is for a machine that is busy with other things.
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(15) + TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_that_was_killed_is_soon_ready_at_its_old_place()
    {
        var expected = await SomeAsync();
        await Cluster.Silos[0].KillAsync();
        await ReadyAsync(Cluster.Silos[0]);
        await AsBeforeAsync(expected);
    }

    [Fact]
    public async Task All_that_were_killed_are_soon_ready_at_their_old_places()
    {
        var expected = await SomeAsync();
        await Task.WhenAll(Cluster.Silos.Select(silo => silo.KillAsync()));
        await Task.WhenAll(Cluster.Silos.Select(ReadyAsync));
        await AsBeforeAsync(expected);
    }

    [Fact]
    public async Task One_that_the_membership_declares_dead_ends_and_its_children_come_through()
    {
        var expected = await SomeAsync();
        var silo = Cluster.Silos[1];

        await Memberships.DeclareDeadAsync(Cluster.Database, silo.SiloPort);
        var (code, _, _) = await silo.EndedAsync();

        code.ShouldNotBe(0);
        await ShouldRunAsync(expected, "after the end of their silo");
        await ReadyAsync(silo);
        await AsBeforeAsync(expected);
    }

    /// <summary>As in an upgrade. A client that is at work meanwhile gets an answer to each call, or an error with a code.</summary>
    [Fact]
    public async Task One_after_another_can_be_renewed_while_a_client_works()
    {
        var expected = await SomeAsync();
        var churn = new Churn(Manager, name => Sleeper(name));
        foreach (var silo in Cluster.Silos)
        {
            await churn.MoreAsync(10);
            var began = TimeProvider.System.GetTimestamp();
            await silo.TerminateAsync();
            Note($"{silo.Node} ended after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
            await ShouldStillRunAsync(expected);
            await ReadyAsync(silo);
            await Clusters.AreLiveAsync(Manager, Cluster.Silos.Count);
        }

        await churn.MoreAsync(10);
        Note(await churn.EndAsync());
        await AsBeforeAsync(expected);
        var restarted = (await ToldAsync(EventType.Started)).Select(one => one.Id!.Value).Where(expected.ContainsKey).CountBy(id => id);
        restarted.ShouldAllBe(one => one.Value == 1);
    }

    private async Task<Dictionary<ProcessId, int>> SomeAsync() => OsPids((await StartAsync(Enumerable.Range(0, 30).Select(number => Sleeper($"w{number:D2}")))).Values);

    private async Task ReadyAsync(SiloProcess silo)
    {
        var took = await silo.StartAsync();
        Note($"{silo.Node} was ready after {took.TotalSeconds:F1} s");
        took.ShouldBeLessThan(ReadyWithin);
    }

    private async Task ShouldStillRunAsync(Dictionary<ProcessId, int> expected)
    {
        var present = (await Census.NextAsync()).Select(main => (main.Id, main.OsPid)).ToHashSet();
        expected.Where(one => !present.Contains((one.Key.Value, one.Value))).ShouldBeEmpty();
    }

    private async Task AsBeforeAsync(Dictionary<ProcessId, int> expected)
    {
        var took = await UntilAsync("running, the same ones", expected.Keys, info => info.Phase == Phase.Running && info.OsPid == expected[info.Id], Soon);
        Note($"all was as before {took.TotalSeconds:F1} s later");
        await ShouldStillRunAsync(expected);
        Census.ShouldBeClean();
    }
}
