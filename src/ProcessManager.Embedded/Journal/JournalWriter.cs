using Microsoft.Data.Sqlite;

namespace ProcessManager.Embedded;

/// <summary>The statements of a turn, prepared once. Used by the journal's own thread alone.</summary>
internal sealed class JournalWriter(SqliteConnection connection) : IDisposable
{
    /// <summary>Attempts kept of each process. Trimmed now and then, so there may be a few more.</summary>
    private const int AttemptsKept = 100;

    private readonly SqliteCommand _state = Prepare(connection, "INSERT OR REPLACE INTO process(id, state) VALUES($a, $b)");
    private readonly SqliteCommand _spec = Prepare(connection, "INSERT OR REPLACE INTO spec(id, body) VALUES($a, $b)");
    private readonly SqliteCommand _attempt =
        Prepare(connection, "INSERT OR REPLACE INTO attempt(id, run, attempt, ended, body) VALUES($a, $b, $c, $d, $e)");

    private readonly SqliteCommand _trimAttempts = Prepare(
        connection,
        "DELETE FROM attempt WHERE id = $a AND rowid NOT IN (SELECT rowid FROM attempt WHERE id = $a ORDER BY run DESC, attempt DESC LIMIT $b)");

    private readonly SqliteCommand _purge = Prepare(connection, "DELETE FROM attempt WHERE id = $a AND ended < $b");
    private readonly SqliteCommand _event = Prepare(connection, "INSERT INTO event(seq, time, body) VALUES($a, $b, $c)");
    private readonly SqliteCommand _trimEvents = Prepare(connection, "DELETE FROM event WHERE seq <= $a OR time < $b");

    private readonly SqliteCommand _pool = Prepare(connection, "INSERT OR REPLACE INTO pool(name, body) VALUES($a, $b)");
    private readonly SqliteCommand _removePool = Prepare(connection, "DELETE FROM pool WHERE name = $a");

    private readonly SqliteCommand[] _remove =
    [
        Prepare(connection, "DELETE FROM process WHERE id = $a"),
        Prepare(connection, "DELETE FROM spec WHERE id = $a"),
        Prepare(connection, "DELETE FROM attempt WHERE id = $a"),
    ];

    public void Write(JournalEntry entry)
    {
        if (entry.Pool is { } pool)
        {
            if (pool.Body is { } body)
            {
                Run(_pool, pool.Name, body);
            }
            else
            {
                Run(_removePool, pool.Name);
            }
        }

        if (entry.Id is not { } id)
        {
            return;
        }

        if (entry.Removed)
        {
            foreach (var remove in _remove)
            {
                Run(remove, id.Value);
            }

            return;
        }

        if (entry.State is not null)
        {
            Run(_state, id.Value, entry.State);
        }

        if (entry.Spec is not null)
        {
            Run(_spec, id.Value, entry.Spec);
        }

        foreach (var (epoch, ended, attempt) in entry.Attempts)
        {
            Run(_attempt, id.Value, epoch.Run, epoch.Attempt, ended.ToUnixTimeMilliseconds(), attempt);
            if ((epoch.Run + epoch.Attempt) % (AttemptsKept / 5) == 0)
            {
                Run(_trimAttempts, id.Value, AttemptsKept);
            }
        }

        if (entry.PurgeBefore is { } before)
        {
            Run(_purge, id.Value, before.ToUnixTimeMilliseconds());
        }
    }

    public void Write(long position, ProcessEvent told) => Run(_event, position, told.Time.ToUnixTimeMilliseconds(), JournalEntry.Write(told));

    public void TrimEvents(long upTo, DateTimeOffset before) => Run(_trimEvents, upTo, before.ToUnixTimeMilliseconds());

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_state, _spec, _attempt, _trimAttempts, _purge, _event, _trimEvents, _pool, _removePool, .. _remove])
        {
            command.Dispose();
        }
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in (string[])["$a", "$b", "$c", "$d", "$e"])
        {
            if (sql.Contains(name, StringComparison.Ordinal))
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }
        }

        command.Prepare();
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
