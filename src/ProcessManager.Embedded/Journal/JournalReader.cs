using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace ProcessManager.Embedded;

/// <summary>What the journal has. One that can't be read is set aside and told; it never keeps the rest from loading.</summary>
internal static class JournalReader
{
    public static long LastEvent(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(seq), 0) FROM event";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>All processes, and what is wrong with those that can't be read.</summary>
    /// <exception cref="ProcessManagerException">StorageUnavailable: the database itself is damaged.</exception>
    public static (List<(ProcessState State, AttemptResult? Last)> Processes, List<string> Problems) LoadAll(string path, DateTimeOffset now)
    {
        try
        {
            return LoadReadable(path, now);
        }
        catch (SqliteException failure)
        {
            throw SqliteEngine.Translate(failure, path);
        }
    }

    /// <summary>The ends of a process' attempts, newest first; without those that can't be read.</summary>
    public static List<AttemptResult> Attempts(string path, ProcessId id)
    {
        using var connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM attempt WHERE id = $id ORDER BY run DESC, attempt DESC";
        command.Parameters.AddWithValue("$id", id.Value);
        using var rows = command.ExecuteReader();
        var attempts = new List<AttemptResult>();
        while (rows.Read())
        {
            if (TryReadAttempt(rows, 0) is { } attempt)
            {
                attempts.Add(attempt);
            }
        }

        return attempts;
    }

    /// <summary>All pools; without those that can't be read: their jobs are there, and run as in any other.</summary>
    public static List<PoolRecord> Pools(string path)
    {
        using var connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM pool";
        using var rows = command.ExecuteReader();
        var pools = new List<PoolRecord>();
        while (rows.Read())
        {
            try
            {
                pools.Add(Read<PoolRecord>(rows, 0));
            }
            catch (Exception unreadable) when (IsUnreadable(unreadable))
            {
                // Its next setting mends it.
            }
        }

        return pools;
    }

    /// <summary>Whose records were set aside, now or earlier: their logs are kept with them.</summary>
    public static HashSet<string> SetAsideIds(string path)
    {
        using var connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM unreadable";
        using var rows = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    }

    private static (List<(ProcessState State, AttemptResult? Last)> Processes, List<string> Problems) LoadReadable(string path, DateTimeOffset now)
    {
        using var connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);
        var processes = new List<(ProcessState, AttemptResult?)>();
        var bad = new List<(string Id, string Problem)>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = """
                SELECT p.id, p.state, s.body,
                       (SELECT a.body FROM attempt a WHERE a.id = p.id ORDER BY run DESC, attempt DESC LIMIT 1)
                FROM process p LEFT JOIN spec s ON s.id = p.id
                """;
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                try
                {
                    processes.Add(ReadOne(rows));
                }
                catch (Exception unreadable) when (IsUnreadable(unreadable))
                {
                    bad.Add((rows.GetString(0), unreadable.Message));
                }
            }
        }

        foreach (var (id, problem) in bad)
        {
            SetAside(connection, id, problem, now);
        }

        return (processes, Unreadable(connection));
    }

    /// <summary>Kept events after a position, oldest first, at most <paramref name="limit"/>; and the oldest position that is kept.</summary>
    public static (List<ProcessEvent> Events, long Oldest) Events(string path, long after, int limit)
    {
        using var connection = SqliteEngine.Open(path, SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM event WHERE seq > $after ORDER BY seq LIMIT $limit";
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$limit", limit);
        var events = new List<ProcessEvent>();
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                events.Add(Read<ProcessEvent>(rows, 0));
            }
        }

        using var oldest = connection.CreateCommand();
        oldest.CommandText = "SELECT COALESCE(MIN(seq), 0) FROM event";
        return (events, (long)oldest.ExecuteScalar()!);
    }

    private static (ProcessState, AttemptResult?) ReadOne(SqliteDataReader row)
    {
        var state = Read<ProcessState>(row, 1);
        if (state.Id.Value != row.GetString(0))
        {
            throw new InvalidDataException($"the record says that it is \"{state.Id}\"");
        }

        var spec = row.IsDBNull(2) ? throw new InvalidDataException("its spec is missing") : Read<ProcessSpec>(row, 2);
        return (state with { Spec = spec }, (row.IsDBNull(3) ? null : TryReadAttempt(row, 3)) ?? state.Last);
    }

    /// <summary>History alone is no reason to lose a process.</summary>
    private static AttemptResult? TryReadAttempt(SqliteDataReader row, int column)
    {
        try
        {
            return Read<AttemptResult>(row, column);
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            return null;
        }
    }

    private static bool IsUnreadable(Exception exception) =>
        exception is JsonException or InvalidDataException or InvalidCastException or ProcessManagerException;

    private static T Read<T>(SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize<T>((byte[])row.GetValue(column), ProcessManagerJson.Options) ?? throw new InvalidDataException("it is empty");

    private static void SetAside(SqliteConnection connection, string id, string problem, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            BEGIN;
            INSERT INTO unreadable(id, state, spec, problem, found)
                SELECT $id, (SELECT state FROM process WHERE id = $id), (SELECT body FROM spec WHERE id = $id), $problem, $now;
            DELETE FROM process WHERE id = $id;
            DELETE FROM spec WHERE id = $id;
            COMMIT;
            """;
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$problem", problem);
        command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    private static List<string> Unreadable(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, problem, found FROM unreadable ORDER BY found";
        using var rows = command.ExecuteReader();
        var problems = new List<string>();
        while (rows.Read())
        {
            var found = DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2)).ToString("O", CultureInfo.InvariantCulture);
            problems.Add($"The record of \"{rows.GetString(0)}\" couldn't be read and was set aside at {found}: {rows.GetString(1)}");
        }

        return problems;
    }
}
