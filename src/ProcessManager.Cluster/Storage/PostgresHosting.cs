using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ProcessManager.Cluster;

/// <summary>What a silo keeps in PostgreSQL, and how soon the silos notice that one of them is gone.</summary>
public static class PostgresHosting
{
    private const string Npgsql = "Npgsql";

    /// <summary>
    /// Of one silo to the database, unless the connection string says otherwise: Npgsql's own 100 of one silo are all that a server takes by default. A call
    /// takes a millisecond or two, so that few go far.
    /// </summary>
    private const int MaxConnections = 20;

    /// <summary>Membership, the grains' state and reminders in the database, whose tables must be there (<c>silo --migrate</c>).</summary>
    public static ISiloBuilder UseProcessManagerPostgres(this ISiloBuilder silo, string connectionString)
    {
        var connection = Bounded(connectionString);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, connection));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Npgsql, connection));
        return silo.AddAdoNetGrainStorage(ClusterStorage.Name, options =>
        {
            (options.Invariant, options.ConnectionString) = (Npgsql, connection);
            // A process that was removed leaves nothing behind.
            options.DeleteStateOnClear = true;
        });
    }

    /// <summary>
    /// A silo that was killed is noticed within some 3 s, and one that starts meets the rows of dead ones and is up in less than 15 s. A joining silo
    /// must reach every row that is marked active; by Orleans' own times it waits for minutes where the dead one's address doesn't come back.
    /// </summary>
    public static ISiloBuilder UseTunedMembership(this ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(options =>
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 2;
        // Two would leave a cluster of two with a dead silo that nobody else can confirm.
        options.NumVotesForDeathDeclaration = 1;
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedTableIAmAliveLimit = 2;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // Then the process ends, and whoever keeps it running starts it again.
        options.MaxJoinAttemptTime = TimeSpan.FromSeconds(20);
    });

    private static string Bounded(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        // ContainsKey answers true for every name it knows, also one that isn't given.
        if (!parts.ShouldSerialize("Maximum Pool Size"))
        {
            parts.MaxPoolSize = MaxConnections;
        }

        return parts.ConnectionString;
    }
}
