using ProcessManager.Http;

namespace ProcessManager.Cluster.Tests;

/// <summary>When a silo says that it is ready, on its output and to those who ask.</summary>
public sealed class ReadinessSpecs : IDisposable
{
    private readonly Folder _folder = new();

    private string Socket => Path.Combine(_folder.At("d"), "procman.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Once_ready_it_has_adopted_and_can_end_what_ran_before_and_it_isnt_ready_without_its_database()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateClusterAsync("procman");
        string[] place = SiloRun.OwnPorts();
        int child;
        await using (var killed = Start(database, place))
        {
            await killed.ReadyAsync();
            using var first = new HttpProcessManager(Socket);
            child = (await first.CreateAsync(new ProcessSpec { Id = ProcessId.Parse("w"), Command = "sleep", Args = ["1000"] })).OsPid!.Value;
            killed.Signal("KILL");
            await killed.EndAsync();
        }

        await using var silo = Start(database, [.. place, "--stop-children"]);
        await silo.ReadyAsync();
        using var client = new HttpProcessManager(Socket);
        var health = await client.GetHealthAsync();
        (health.Ready, health.Node, health.Running).ShouldBe((true, "n1", 1));
        health.Problems.ShouldBeEmpty();

        await server.StopAsync();
        await UntilAsync(client, told => !told.Ready && told.Problems.Any(problem => problem.StartsWith("The database can't be read since ", StringComparison.Ordinal)));
        await server.StartAgainAsync();
        await UntilAsync(client, told => told.Ready && told.Problems.Count == 0);

        silo.Signal("KILL");
        await silo.EndAsync();
        await using var last = Start(database, [.. place, "--stop-children"]);
        await last.ReadyAsync();
        last.Signal("TERM");
        var ended = await last.EndAsync();
        ended.Code.ShouldBe(0, ended.Error);
        ended.Out.ShouldContain("silo: 1 process ended.");
        File.Exists($"/proc/{child}/stat").ShouldBeFalse();
    }

    private SiloRun Start(string database, string[] args) => SiloRun.Start(["--node", "n1", "--data", _folder.At("d"), "--database", database, "--no-dashboard", .. args]);

    private static async Task UntilAsync(HttpProcessManager client, Func<ManagerHealth, bool> holds)
    {
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    var health = await client.GetHealthAsync();
                    last = $"{health.Ready}: {string.Join(" ", health.Problems)}";
                    return holds(health);
                }
                catch (ProcessManagerException unable)
                {
                    // Without its database it may be unable to count.
                    last = unable.Message;
                    return false;
                }
            },
            () => Task.FromResult($"its health; last: {last}"),
            SiloRun.Patience);
    }
}
