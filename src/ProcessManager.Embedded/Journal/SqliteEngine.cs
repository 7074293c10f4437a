using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcessManager.Embedded;

/// <summary>
/// The distribution's SQLite, so that its security updates are the distribution's business: the packaged provider asks for
/// <c>e_sqlite3</c> and is given <c>libsqlite3.so.0</c>.
/// </summary>
internal static class SqliteEngine
{
    private const string Library = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <exception cref="ProcessManagerException">StorageUnavailable: the library isn't there.</exception>
    public static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        _ = Loaded.Value;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw Translate(failure, path);
        }
    }

    public static ProcessManagerException Translate(SqliteException failure, string path)
    {
        const int full = 13;
        return failure.SqliteErrorCode == full
            ? new ProcessManagerException(ErrorCode.StorageFull, $"The disk of {path} is full.", failure)
            : new ProcessManagerException(ErrorCode.StorageUnavailable, $"The database {path} can't be used: {failure.Message}", failure);
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            return true;
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException)
        {
            throw new ProcessManagerException(
                ErrorCode.StorageUnavailable,
                $"SQLite ({Library}) is not installed. On Debian and Ubuntu: apt-get install libsqlite3-0",
                missing);
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" ? NativeLibrary.Load(Library) : IntPtr.Zero;
}
