using Npgsql;

namespace ProcessManager.Cluster.Tests;

public sealed class SchemaSpecs(SharedPostgres postgres)
{
    private const string Mine = "my-cluster";

    [Fact]
    public async Task A_fresh_database_has_no_tables_until_it_is_migrated()
    {
        var database = await (await postgres.ServerAsync()).CreateDatabaseAsync();
        var failure = await RefusedAsync(database);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("run silo --migrate");

        await PostgresSchema.MigrateAsync(database, Mine);
        await PostgresSchema.CheckAsync(database, Mine);
    }

    [Fact]
    public async Task Migrating_again_changes_nothing_that_was_written()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync(Mine);
        await RunAsync(database, "INSERT INTO procman_silo_table (cluster_id, version) VALUES ('my-cluster', 7)");

        await PostgresSchema.MigrateAsync(database, Mine);

        (await AskAsync(database, "SELECT version FROM procman_silo_table")).ShouldBe(7);
        (await AskAsync(database, "SELECT count(*) FROM procman_schema")).ShouldBe(1L);
    }

    [Fact]
    public async Task Several_may_migrate_at_once()
    {
        var database = await (await postgres.ServerAsync()).CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresSchema.MigrateAsync(database, Mine)));

        await PostgresSchema.CheckAsync(database, Mine);
    }

    [Fact]
    public async Task Of_two_clusters_that_migrate_at_once_one_has_the_database()
    {
        var database = await (await postgres.ServerAsync()).CreateDatabaseAsync();

        var outcomes = await Task.WhenAll(new[] { "a", "b" }.Select(async cluster =>
        {
            try
            {
                await PostgresSchema.MigrateAsync(database, cluster);
                return "made";
            }
            catch (ProcessManagerException failure)
            {
                return $"{failure.Code}";
            }
        }));

        outcomes.Order().ShouldBe(["Conflict", "made"]);
    }

    [Fact]
    public async Task An_older_schema_is_refused_until_it_is_migrated()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync(Mine);
        await RunAsync(database, "UPDATE procman_schema SET version = 0; DROP TABLE procman_reminder; DELETE FROM orleansquery");

        var failure = await RefusedAsync(database);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("version 0, older than 1");
        failure.Message.ShouldContain("run silo --migrate");

        await PostgresSchema.MigrateAsync(database, Mine);
        await PostgresSchema.CheckAsync(database, Mine);
        (await AskAsync(database, "SELECT count(*) FROM orleansquery")).ShouldBe(20L);
    }

    [Fact]
    public async Task A_missing_table_is_named_and_made_by_a_migration()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync(Mine);
        await RunAsync(database, "DROP TABLE procman_reminder");

        var failure = await RefusedAsync(database);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("lacks procman_reminder: run silo --migrate");

        await PostgresSchema.MigrateAsync(database, Mine);
        await PostgresSchema.CheckAsync(database, Mine);
    }

    [Fact]
    public async Task A_newer_schema_is_left_alone()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync(Mine);
        await RunAsync(database, "UPDATE procman_schema SET version = 99");

        var failure = await RefusedAsync(database);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("version 99, newer than 1");

        (await Should.ThrowAsync<ProcessManagerException>(PostgresSchema.MigrateAsync(database, Mine))).Code.ShouldBe(ErrorCode.StorageUnavailable);
        (await AskAsync(database, "SELECT version FROM procman_schema")).ShouldBe(99);
    }

    [Fact]
    public async Task Another_clusters_database_is_refused_and_both_are_named()
    {
        var database = await (await postgres.ServerAsync()).CreateClusterAsync("theirs");

        var failures = new[]
        {
            await RefusedAsync(database),
            await Should.ThrowAsync<ProcessManagerException>(PostgresSchema.MigrateAsync(database, Mine)),
        };

        foreach (var failure in failures)
        {
            failure.Code.ShouldBe(ErrorCode.Conflict);
            failure.Message.ShouldContain("\"theirs\"");
            failure.Message.ShouldContain($"\"{Mine}\"");
        }
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        var database = await (await postgres.ServerAsync()).CreateDatabaseAsync();
        await RunAsync(database, "CREATE VIEW procman_reminder AS SELECT 1 AS something_else");

        await Should.ThrowAsync<ProcessManagerException>(PostgresSchema.MigrateAsync(database, Mine));

        (await AskAsync(database, "SELECT to_regclass('procman_schema') IS NULL")).ShouldBe(true);
    }

    private static Task<ProcessManagerException> RefusedAsync(string database) =>
        Should.ThrowAsync<ProcessManagerException>(PostgresSchema.CheckAsync(database, Mine));

    private static async Task RunAsync(string database, string sql) => await AskAsync(database, sql);

    private static async Task<object?> AskAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
