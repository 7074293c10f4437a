using System.Diagnostics;
using Npgsql;
using ProcessManager.Contract;

namespace ProcessManager.Cluster.Tests;

public sealed class EventLogInPostgresSpecs(SharedPostgres postgres, ITestOutputHelper output)
{
    [Fact]
    public async Task It_is_the_same_in_a_database()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync("events");
        await using var site = new ShortLogCluster { Database = database };
        await site.InitializeAsync();
        var log = site.NewLog();
        var old = new Writer(log, "old");
        var batch = old.Next(2);
        await old.TellUntilTaken(TestContext.Current.CancellationToken);
        var writers = Enumerable.Range(0, 50).Select(index => new Writer(log, $"w{index}")).ToArray();
        var since = Stopwatch.GetTimestamp();

        await Task.WhenAll(writers.Select(async writer =>
        {
            for (var turn = 0; turn < 20; turn++)
            {
                await writer.Tell(2);
            }
        }));

        output.WriteLine($"{2_000 / Stopwatch.GetElapsedTime(since).TotalSeconds:F0} events/s");
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var count = new NpgsqlCommand("SELECT count(*) FROM procman_grain_state", connection);
            await Patience.Until("rows are cleared", async () => (long)(await count.ExecuteScalarAsync())!, rows => rows <= 7);

            // Somebody else writes: the log is loaded from its rows.
            await using var touch = new NpgsqlCommand("UPDATE procman_grain_state SET version = nextval('procman_row_version')", connection);
            await touch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await writers[0].TellUntilTaken(TestContext.Current.CancellationToken);
        (await log.AppendAsync(batch with { Repeated = true })).Error.ShouldBeNull();
        (await log.PositionAsync()).Unwrap().ShouldBe(2_002);
        var page = (await log.ReadAsync(new EventQuery(), 1_900, TimeSpan.Zero)).Unwrap();
        page.Events.Count.ShouldBe(102);
        page.Events[^1].Id.ShouldBe(writers[0].Id);
    }
}
