using Npgsql;

namespace ProcessManager.Cluster.Tests.Crashing;

/// <summary>The records of processes, counted in the database: no silo hears of it.</summary>
internal static class Rows
{
    public static async Task<long> CountAsync(string database, IEnumerable<ProcessId> ids)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(DISTINCT key_text) FROM procman_grain_state WHERE key_text = ANY(@keys) AND payload IS NOT NULL", connection);
        command.Parameters.AddWithValue("keys", ids.Select(id => $"={id}").ToArray());
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
