using System.Net.Sockets;
using System.Reflection;
using Npgsql;

namespace ProcessManager.Cluster;

/// <summary>The tables and queries of a cluster: made and brought up to date by one, looked at by every silo before it starts.</summary>
internal static class PostgresSchema
{
    /// <summary>Rises when a table changes. Queries are replaced by every migration, and a silo reads them when it starts.</summary>
    public const int Version = 1;

    // In this order: the first has what the others refer to.
    private static readonly string[] Files = ["schema.sql", "grain-state.sql", "membership.sql", "reminders.sql"];

    private static readonly string[] Tables =
        ["orleansquery", "procman_grain_state", "procman_silo_table", "procman_silo", "procman_reminder"];

    /// <summary>
    /// Makes what is missing, in one transaction: all of it or nothing. Does no harm to a database that is up to date, to silos that run on
    /// it, or when several do it at once.
    /// </summary>
    /// <exception cref="ProcessManagerException">
    /// StorageUnavailable: no server, no database, no permission, or made by a newer version. Conflict: it is another cluster's.
    /// </exception>
    public static Task MigrateAsync(string connectionString, string clusterId, CancellationToken cancellationToken = default) =>
        WithAsync(connectionString, async (connection, place) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

            // An arbitrary number; those who migrate this database wait here for one another.
            await RunAsync(connection, "SELECT pg_advisory_xact_lock(7236276801)", cancellationToken);
            if (await StateAsync(connection, cancellationToken) is { } state)
            {
                RefuseForeign(state, clusterId, place);
                RefuseNewer(state, place);
            }

            foreach (var file in Files)
            {
                await RunAsync(connection, Read(file), cancellationToken);
            }

            await using var mark = new NpgsqlCommand(
                """
                INSERT INTO procman_schema (version, cluster_id, migrated_at) VALUES (@version, @cluster, now())
                ON CONFLICT ((true)) DO UPDATE SET version = excluded.version, migrated_at = excluded.migrated_at
                """,
                connection);
            mark.Parameters.AddWithValue("version", Version);
            mark.Parameters.AddWithValue("cluster", clusterId);
            await mark.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }, cancellationToken);

    /// <summary>Whether a silo of this version and cluster can live on that database.</summary>
    /// <exception cref="ProcessManagerException">
    /// StorageUnavailable: no server, no database, no tables, or those of an older or newer version. Conflict: it is another cluster's.
    /// </exception>
    public static Task CheckAsync(string connectionString, string clusterId, CancellationToken cancellationToken = default) =>
        WithAsync(connectionString, async (connection, place) =>
        {
            var state = await StateAsync(connection, cancellationToken)
                ?? throw PostgresPlace.Unusable($"{place.Sentence()} has no tables of ProcessManager yet: run silo --migrate.");
            RefuseForeign(state, clusterId, place);
            RefuseNewer(state, place);
            if (state.Version < Version)
            {
                throw PostgresPlace.Unusable(
                    $"{place.Sentence()} has tables of version {state.Version}, older than {Version}, which this silo needs: run silo --migrate.");
            }

            var missing = await MissingAsync(connection, cancellationToken);
            if (missing.Count > 0)
            {
                throw PostgresPlace.Unusable($"{place.Sentence()} lacks {string.Join(", ", missing)}: run silo --migrate.");
            }
        }, cancellationToken);

    private static async Task WithAsync(
        string connectionString, Func<NpgsqlConnection, PostgresPlace, Task> work, CancellationToken cancellationToken)
    {
        var place = PostgresPlace.Of(connectionString);
        try
        {
            // Not from the pool: one that a server's restart broke would speak for a server that is well.
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await work(connection, place);
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException)
        {
            throw place.Translate(failure);
        }
    }

    private static void RefuseForeign(SchemaState state, string clusterId, PostgresPlace place)
    {
        if (state.ClusterId != clusterId)
        {
            throw new ProcessManagerException(
                ErrorCode.Conflict, $"{place.Sentence()} belongs to the cluster \"{state.ClusterId}\", not to \"{clusterId}\".");
        }
    }

    private static void RefuseNewer(SchemaState state, PostgresPlace place)
    {
        if (state.Version > Version)
        {
            throw PostgresPlace.Unusable(
                $"{place.Sentence()} has tables of version {state.Version}, newer than {Version}, the newest that this silo knows: upgrade the silo.");
        }
    }

    /// <summary>Null: no migration ever finished here.</summary>
    private static async Task<SchemaState?> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var there = new NpgsqlCommand("SELECT to_regclass('procman_schema') IS NOT NULL", connection);
        if (await there.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return null;
        }

        await using var read = new NpgsqlCommand("SELECT version, cluster_id FROM procman_schema", connection);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? new SchemaState(rows.GetInt32(0), rows.GetString(1)) : null;
    }

    private static async Task<List<string>> MissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(array_agg(name), '{}') FROM unnest(@names) name WHERE to_regclass(name) IS NULL", connection);
        command.Parameters.AddWithValue("names", Tables);
        return [.. (string[])(await command.ExecuteScalarAsync(cancellationToken))!];
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private sealed record SchemaState(int Version, string ClusterId);
}
