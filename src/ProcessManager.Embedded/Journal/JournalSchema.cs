using Microsoft.Data.Sqlite;

namespace ProcessManager.Embedded;

/// <summary>The tables, and how a database of an older version becomes one of this.</summary>
internal static class JournalSchema
{
    private const long Version = 1;

    /// <exception cref="ProcessManagerException">StorageUnavailable: made by a newer version.</exception>
    public static void Ensure(SqliteConnection connection, string path)
    {
        // FULL: a command that was acknowledged survives power loss too.
        connection.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;");
        var version = UserVersion(connection);
        if (version > Version)
        {
            throw new ProcessManagerException(
                ErrorCode.StorageUnavailable,
                $"The database {path} was written by a newer version (schema {version}, this one knows {Version}).");
        }

        if (version < Version)
        {
            Make(connection);
        }

        // What came later, and what an older version can do without, is no reason for another version.
        connection.Run("CREATE TABLE IF NOT EXISTS pool(name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID");
    }

    /// <summary>Writes a page and changes nothing.</summary>
    public static void Touch(SqliteConnection connection) => connection.Run($"PRAGMA user_version = {Version}");

    private static void Make(SqliteConnection connection) => connection.Run($"""
            BEGIN;
            CREATE TABLE process(id TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE spec(id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE attempt(id TEXT NOT NULL, run INTEGER NOT NULL, attempt INTEGER NOT NULL, ended INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE UNIQUE INDEX attempt_of ON attempt(id, run, attempt);
            CREATE TABLE event(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE unreadable(id TEXT NOT NULL, state BLOB, spec BLOB, problem TEXT NOT NULL, found INTEGER NOT NULL);
            PRAGMA user_version = {Version};
            COMMIT;
            """);

    private static long UserVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }
}
