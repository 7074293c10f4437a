using Microsoft.AspNetCore.Connections;
using Npgsql;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService;
using ProcessManager.Cluster;
using ProcessManager.Http;

namespace ProcessManager.Silo;

/// <summary>What a failed start means to an operator.</summary>
internal static class StartFailure
{
    /// <summary>Null: nobody foresaw it.</summary>
    public static ProcessManagerException? Explain(Exception error, SiloOptions options, ServerDoors doors)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case ProcessManagerException known:
                    return known;
                case OrleansClusterConnectivityCheckFailedException unreachable:
                    return new ProcessManagerException(
                        ErrorCode.Unavailable, $"Not every silo that the database has as alive can be reached; the dead among them are found out meanwhile, so start again. {unreachable.Message}", error);
                case NpgsqlException when options.Database is { } database:
                    return PostgresPlace.Of(database).Translate(cause);
            }
        }

        return doors.Refusal(error);
    }
}
