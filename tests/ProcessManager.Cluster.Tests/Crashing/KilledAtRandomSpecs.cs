namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>Silos are killed at any moment while a client makes, stops, starts and removes processes.</summary>
public sealed class KilledAtRandomSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    private const int Rounds = 10;
    private const int Seed = 4711;

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Nothing_is_there_twice_or_without_a_record_and_in_the_end_all_agree()
    {
        var random = new Random(Seed);
        var churn = new Churn(Manager, name => Sleeper(name) with { Restart = new RestartPolicy { When = RestartWhen.OnAbnormal } });
        for (var round = 0; round < Rounds; round++)
        {
            await churn.MoreAsync(random.Next(4, 16));
            var silo = Cluster.Silos[random.Next(Cluster.Silos.Count)];
            await silo.KillAsync();

            // Sometimes it is back before anybody noticed.
            if (random.Next(2) == 0)
            {
                await churn.MoreAsync(2);
            }

            await silo.StartAsync();
        }

        await Clusters.AreLiveAsync(Manager, Cluster.Silos.Count);
        await churn.MoreAsync(10);
        Note(await churn.EndAsync());

        List<ProcessInfo> mine = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                mine = await MineAsync();
                return mine.TrueForAll(info => info.Phase is Phase.Running or Phase.Created or Phase.Terminated or Phase.Finished);
            },
            () => Task.FromResult($"an end of all that was under way: {string.Join("\n", mine.Where(info => info.Phase is not (Phase.Running or Phase.Created or Phase.Terminated)))}"),
            Settled);
        mine.Select(info => info.Id).Intersect(churn.Removed).ShouldBeEmpty("they were removed");
        foreach (var info in mine)
        {
            // Lists are told by the index; this is the process itself.
            var itself = await Manager.GetAsync(info.Id, Cancel);
            (itself.Phase, itself.OsPid, itself.Version).ShouldBe((info.Phase, info.OsPid, info.Version), $"{info.Id}");
        }

        await ShouldRunAsync(OsPids(mine.Where(info => info.Phase == Phase.Running)), "in the end");
        Census.ShouldBeClean();
    }
}
