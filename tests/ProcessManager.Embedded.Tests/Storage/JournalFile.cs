using System.Text;
using Microsoft.Data.Sqlite;

namespace ProcessManager.Embedded.Tests;

/// <summary>A manager's database, looked at and edited while no manager has it, as a mishap or a forger would.</summary>
internal sealed class JournalFile(string path) : IDisposable
{
    private readonly SqliteConnection _connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);

    public string State(ProcessId id) => Encoding.UTF8.GetString((byte[])Ask("SELECT state FROM process WHERE id = $a", id.Value)!);

    public void SetState(ProcessId id, string state) => Ask("UPDATE process SET state = $b WHERE id = $a", id.Value, Encoding.UTF8.GetBytes(state));

    public long Count(string table) => (long)Ask($"SELECT count(*) FROM {table}")!;

    /// <summary>Runs a statement with $a and $b; answers its first value.</summary>
    public object? Ask(string sql, params object[] values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (index, value) in values.Index())
        {
            command.Parameters.AddWithValue(index == 0 ? "$a" : "$b", value);
        }

        return command.ExecuteScalar();
    }

    public void Dispose() => _connection.Dispose();
}
