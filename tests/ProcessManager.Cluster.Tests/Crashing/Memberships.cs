using Npgsql;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>The membership as other silos change it.</summary>
internal static class Memberships
{
    /// <summary>As those do who don't hear of it any more.</summary>
    public static async Task DeclareDeadAsync(string database, int siloPort)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            UPDATE procman_silo SET status = 6 WHERE port = @port AND status = 3;
            UPDATE procman_silo_table SET version = version + 1, changed_at = now();
            """,
            connection);
        command.Parameters.AddWithValue("port", siloPort);
        (await command.ExecuteNonQueryAsync()).ShouldBe(2);
    }
}
