namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>Ten clients, each with a connection of its own, want the same at once.</summary>
public sealed class ManyClientsSpecs(CrashingSilos silos, ITestOutputHelper output) : CrashSpecs(silos, output)
{
    private const int Rounds = 5;

    [Fact]
    public async Task Ten_that_create_the_same_id_make_one_process_and_ten_that_start_it_start_it_once()
    {
        List<IProcessManager> clients = [.. Cluster.Silos.Select(silo => silo.Http)];
        while (clients.Count < 10)
        {
            clients.Add(await Cluster.ConnectAsync());
        }

        for (var round = 0; round < Rounds; round++)
        {
            var spec = Sleeper($"one{round}");
            var outcomes = await Task.WhenAll(clients.Select(client => OutcomeAsync(client, spec)));
            outcomes.Count(code => code is null).ShouldBe(1, string.Join(", ", outcomes));
            outcomes.OfType<ErrorCode>().ShouldAllBe(code => code == ErrorCode.AlreadyExists);

            var id = spec.Id!.Value;
            await Manager.StopAsync(id, new StopOptions { Wait = true }, Cancel);
            var started = await Task.WhenAll(clients.Select(client => client.StartAsync(id, Cancel)));
            started.Select(info => (info.Run, info.OsPid)).Distinct().Count().ShouldBe(1);
            started[0].Run.ShouldBe(2);
            (await Census.NextAsync()).Where(main => main.Id == id.Value).ShouldHaveSingleItem().OsPid.ShouldBe(started[0].OsPid!.Value);
        }

        Census.ShouldBeClean();
    }

    private static async Task<ErrorCode?> OutcomeAsync(IProcessManager client, ProcessSpec spec)
    {
        try
        {
            await client.CreateAsync(spec, cancellationToken: Cancel);
            return null;
        }
        catch (ProcessManagerException refused)
        {
            return refused.Code;
        }
    }
}
