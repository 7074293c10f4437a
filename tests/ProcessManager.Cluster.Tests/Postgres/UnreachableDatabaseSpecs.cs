using Npgsql;

namespace ProcessManager.Cluster.Tests;

/// <summary>What an operator reads when the database isn't there for the silo: which one and why, and never the password.</summary>
public sealed class UnreachableDatabaseSpecs(SharedPostgres postgres)
{
    private const string Secret = "s3cr3t-of-the-tests";

    [Fact]
    public async Task No_server_is_named_with_host_port_and_database()
    {
        var failure = await RefusedAsync($"Host=127.0.0.1;Port=1;Database=fleet;Username=me;Password={Secret}");
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldBe("PostgreSQL at 127.0.0.1:1 can't be reached for the database \"fleet\": Connection refused.");
    }

    [Fact]
    public async Task A_host_that_nobody_knows_is_named()
    {
        var failure = await RefusedAsync($"Host=nowhere.invalid;Database=fleet;Username=me;Password={Secret}");
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldStartWith("PostgreSQL at nowhere.invalid:5432 can't be reached for the database \"fleet\": ");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        var server = await postgres.ServerAsync();
        var failure = await RefusedAsync(server.ConnectionString("fleet"), server.Password);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldBe($"PostgreSQL at 127.0.0.1:{server.Port} has no database \"fleet\": create it first.");
    }

    [Fact]
    public async Task A_user_that_is_refused_is_named()
    {
        var server = await postgres.ServerAsync();
        var failure = await RefusedAsync(new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres")) { Password = Secret }.ConnectionString);
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("refuses the user \"postgres\"");
    }

    [Fact]
    public async Task Who_may_not_make_tables_is_told_so()
    {
        var server = await postgres.ServerAsync();
        var database = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync());
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"CREATE ROLE reader LOGIN PASSWORD '{Secret}'; REVOKE CREATE ON SCHEMA public FROM PUBLIC", connection);
            await command.ExecuteNonQueryAsync();
        }

        database.Username = "reader";
        database.Password = Secret;
        var failure = await Should.ThrowAsync<ProcessManagerException>(PostgresSchema.MigrateAsync(database.ConnectionString, "mine"));
        failure.Code.ShouldBe(ErrorCode.StorageUnavailable);
        failure.Message.ShouldContain("The user \"reader\" may not do that");
        failure.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Database=fleet;Password=abc;" + Secret)]
    [InlineData("Host=127.0.0.1;Port=" + Secret)]
    [InlineData("Database=fleet;Password=" + Secret)]
    [InlineData("")]
    public async Task What_is_no_connection_string_is_told_its_form(string text)
    {
        var failure = await RefusedAsync(text);
        failure.Code.ShouldBe(ErrorCode.InvalidSpec);
        failure.Message.ShouldContain("Host=…;Port=…");
    }

    [Fact]
    public async Task A_server_that_was_stopped_is_as_good_as_new_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateClusterAsync("mine");

        await server.StopAsync();
        (await RefusedAsync(database, server.Password)).Message.ShouldContain("can't be reached");

        await server.StartAgainAsync();
        await PostgresSchema.CheckAsync(database, "mine");
    }

    private static async Task<ProcessManagerException> RefusedAsync(string connectionString, string secret = Secret)
    {
        var failure = await Should.ThrowAsync<ProcessManagerException>(PostgresSchema.CheckAsync(connectionString, "mine"));
        failure.ToString().ShouldNotContain(secret); // With all that it was caused by.
        return failure;
    }
}
