using Npgsql;

namespace ProcessManager.Bench;

/// <summary>Has the database count how often rows of the grains are written, by what is in them.</summary>
internal sealed class RowWrites : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private RowWrites(NpgsqlConnection connection) => _connection = connection;

    public static async Task<RowWrites> CountAsync(string database)
    {
        var writes = new RowWrites(new NpgsqlConnection(database));
        await writes._connection.OpenAsync();
        await writes.DoAsync("""
            CREATE TABLE written (row text NOT NULL);
            CREATE FUNCTION count_written() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO written VALUES (split_part(coalesce(NEW.grain_type, OLD.grain_type), '.', 1)); RETURN NULL; END $$;
            CREATE TRIGGER count_written AFTER INSERT OR UPDATE OR DELETE ON procman_grain_state FOR EACH ROW EXECUTE FUNCTION count_written();
            """);
        return writes;
    }

    public async Task<IReadOnlyList<(string Row, long Written)>> ByRowAsync()
    {
        await using var command = new NpgsqlCommand("SELECT row, count(*) FROM written GROUP BY 1 ORDER BY 1", _connection);
        await using var rows = await command.ExecuteReaderAsync();
        var writes = new List<(string, long)>();
        while (await rows.ReadAsync())
        {
            writes.Add((rows.GetString(0), rows.GetInt64(1)));
        }

        return writes;
    }

    public async ValueTask DisposeAsync()
    {
        await DoAsync("DROP TRIGGER count_written ON procman_grain_state; DROP FUNCTION count_written; DROP TABLE written");
        await _connection.DisposeAsync();
    }

    private async Task DoAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
